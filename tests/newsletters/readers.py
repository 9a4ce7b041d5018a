"""Somebody who reads the newsletter, made by the way that they come, and the links in their mails."""

from foundation.models import ConsentWording
from mailings.emails import token_url
from newsletters.actions import confirm_subscription, request_newsletter
from newsletters.models import Subscriber


def new_reader(address: str) -> Subscriber:
    wording = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    asked = request_newsletter(address=address, wording=wording, source_path="/newsletter/", language="en")
    assert asked.confirmation
    found = confirm_subscription(confirmation=asked.confirmation.uuid)
    assert found
    return found


def path_of(purpose: str, subscriber: Subscriber) -> str:
    return "/" + token_url(f"newsletters:{purpose}", purpose, subscriber.uuid).split("/", 3)[3]
