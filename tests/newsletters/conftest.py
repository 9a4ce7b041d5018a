from typing import Any

import pytest
from django.test import Client

from foundation.models import ConsentWording
from mailings.emails import token_url
from newsletters.actions import confirm_subscription, request_newsletter
from newsletters.models import Subscriber


@pytest.fixture
def reader(first_content: None) -> Subscriber:
    """Somebody who asked for the newsletter and confirmed."""
    return new_reader("zoe@example.com")


def new_reader(address: str) -> Subscriber:
    wording = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    asked = request_newsletter(address=address, wording=wording, source_path="/newsletter/", language="en")
    assert asked.confirmation
    found = confirm_subscription(confirmation=asked.confirmation.uuid)
    assert found
    return found


@pytest.fixture
def page(client: Client, reader: Subscriber) -> str:
    """The path of their preferences, as a mail links it."""
    return path_of("preferences", reader)


def path_of(view: str, subscriber: Subscriber) -> str:
    url: Any = token_url(
        f"newsletters:{view}", "unsubscribe" if view == "unsubscribe" else "preferences", subscriber.uuid
    )
    return "/" + url.split("/", 3)[3]
