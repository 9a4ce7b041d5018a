"""Sign-ups that are forgotten or erased at the moment in which somebody does something with them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from enquiries.actions import erase_person
from foundation.models import ConsentWording
from mailings.models import OutgoingEmail
from newsletters.actions import forget_old_subscribers, release_subscriber, request_newsletter
from newsletters.models import Subscriber
from tests.concurrency.test_edits import close_both
from tests.concurrency.test_words_during_erasure import both_at_once

ADDRESS = "zoe@example.org"
ROUNDS = 20
YEARS = timedelta(days=731)


def sign_up(address: str = ADDRESS, held_reason: str = "") -> Subscriber:
    wording = ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
    return request_newsletter(address=address, wording=wording, held_reason=held_reason)


def signed_up_long_ago(address: str = ADDRESS) -> Subscriber:
    with time_machine.travel(timezone.now() - YEARS, tick=False):
        return sign_up(address)


@pytest.mark.timeout(120)
@pytest.mark.django_db(transaction=True)
def test_who_signs_up_again_while_old_ones_are_forgotten_gets_the_link(first_content: None) -> None:
    before = timezone.now() - timedelta(days=730)
    lost = []
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            address = f"zoe{number}@example.org"
            signed_up_long_ago(address)
            both_at_once(pool, lambda: sign_up(address), lambda: forget_old_subscribers(before=before))  # noqa: B023
            found = Subscriber.objects.select_related("confirmation").filter(email=address).first()
            lost += [] if found and found.confirmation and found.confirmation.email == address else [address]
        close_both(pool)
    assert lost == []


@pytest.mark.timeout(120)
@pytest.mark.django_db(transaction=True)
def test_releasing_a_sign_up_while_its_person_is_erased_is_no_fault(desk: Client) -> None:
    desk.raise_request_exception = False
    answers = []
    with ThreadPoolExecutor(2) as pool:
        for _round in range(ROUNDS):
            held = sign_up(held_reason="hidden_field")
            url = f"/admin/newsletters/subscriber/{held.pk}/release/"
            both_at_once(
                pool,
                lambda: answers.append(desk.post(url).status_code),  # noqa: B023
                lambda: erase_person(address=ADDRESS),
            )
        close_both(pool)
    assert set(answers) <= {302, 404}
    assert not Subscriber.objects.exists()


def test_a_sign_up_that_was_erased_meanwhile_cannot_be_released(first_content: None) -> None:
    held = sign_up(held_reason="hidden_field")
    erase_person(address=ADDRESS)
    assert release_subscriber(subscriber=held) is None
    assert not OutgoingEmail.objects.exists()


def test_forgetting_a_sign_up_takes_every_link_and_no_other_mail(lead: Any) -> None:
    for _time in range(2):
        signed_up_long_ago(lead.email)
    links = OutgoingEmail.objects.filter(kind="newsletter_confirm")
    assert forget_old_subscribers(before=timezone.now() - timedelta(days=730)) == 1
    assert links.count() >= 1
    assert all(outgoing.is_erased for outgoing in links)
    assert OutgoingEmail.objects.get(kind="packet").email == lead.email
