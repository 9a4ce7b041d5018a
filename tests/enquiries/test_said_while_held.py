from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from enquiries.actions import correct_address, lift_stop, merge_leads, move_lead, release_enquiry
from enquiries.models import Enquiry, Lead
from mailings.actions import write_off
from mailings.models import OutgoingEmail
from newsletters.actions import end_subscription, unsubscribe
from newsletters.models import Subscriber
from tests.conftest import ADDRESS
from tests.newsletters.readers import new_reader

HOUR = timedelta(hours=1)
OTHER = "other@example.org"


def at(hours: int) -> Any:
    """From a moment that the test began with."""
    return time_machine.travel(timezone.now() + hours * HOUR, tick=False)


def held(ask: Callable[..., Any], **fields: str) -> Enquiry:
    ask(leave_this_empty="x", message="Held", **fields)
    return Enquiry.objects.held().get()


def asks_to_stop(lead: Lead, by: Any) -> None:
    move_lead(lead=lead, stage="lost", asked_to_stop=True, by=by)


@pytest.mark.parametrize("address", [ADDRESS, OTHER])
def test_who_asked_us_to_stop_after_writing_it_is_not_opened_again_by_its_release(
    lead: Lead, ask: Callable[..., Any], staff: Any, address: str
) -> None:
    if address == OTHER:
        other = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")
        merge_leads(lead=other, into=lead, by=staff)
    with at(1):
        enquiry = held(ask, email=address)
        with at(1):
            asks_to_stop(lead, staff)
        with at(24):
            release_enquiry(enquiry=enquiry, by=staff)
    lead.refresh_from_db()
    assert lead.stage == "lost"
    assert not Lead.objects.awaiting_answer().exists()
    assert Enquiry.objects.get(pk=enquiry.pk).lead


def test_who_asked_us_to_stop_again_is_not_either(lead: Lead, ask: Callable[..., Any], staff: Any) -> None:
    # In the past, for Postgres tells when a lead is closed.
    with at(-4):
        write_off(address=ADDRESS, reason="asked_to_stop")
    with at(-3):
        enquiry = held(ask)
    asks_to_stop(lead, staff)
    release_enquiry(enquiry=enquiry, by=staff)
    lead.refresh_from_db()
    assert lead.stage == "lost"


@pytest.mark.parametrize("when", ["before", "lifted since"])
def test_who_wrote_after_they_had_asked_us_to_stop_or_wants_mail_again_is_answered(
    lead: Lead, ask: Callable[..., Any], staff: Any, when: str
) -> None:
    if when == "before":
        asks_to_stop(lead, staff)
    with at(1):
        enquiry = held(ask)
        if when == "lifted since":
            with at(1):
                asks_to_stop(lead, staff)
            with at(2):
                lift_stop(lead=lead, words="She rang.", send_packet=False, by=staff)
        with at(24):
            release_enquiry(enquiry=enquiry, by=staff)
    lead.refresh_from_db()
    assert (lead.stage, lead.first_answered_at) == ("new", None)


def test_a_stranger_to_us_who_asked_us_to_stop_waits_for_no_answer(ask: Callable[..., Any], staff: Any) -> None:
    enquiry = held(ask)
    with at(1):
        write_off(address=ADDRESS, reason="asked_to_stop")
    with at(24):
        release_enquiry(enquiry=enquiry, by=staff)
    lead = Lead.objects.get()
    assert (lead.next_action, lead.first_answer_due_at) == (Lead.Plan.WAIT, None)


@pytest.mark.parametrize("by_staff", [True, False])
def test_who_left_the_newsletter_after_writing_it_is_not_signed_up_by_its_release(
    ask: Callable[..., Any], staff: Any, by_staff: bool
) -> None:
    enquiry = held(ask, consent_newsletter="on")
    with at(1):
        reader = new_reader(ADDRESS)
    with at(2):
        if by_staff:
            end_subscription(subscriber=reader, said="She rang", said_on=None, by=staff)
        else:
            unsubscribe(subscriber=reader.uuid)
    confirmations = OutgoingEmail.objects.filter(kind="newsletter_confirm").count()
    with at(24):
        release_enquiry(enquiry=enquiry, by=staff)
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.UNSUBSCRIBED
    assert OutgoingEmail.objects.filter(kind="newsletter_confirm").count() == confirmations


def test_who_had_left_before_is_signed_up_by_its_release(ask: Callable[..., Any], staff: Any) -> None:
    reader = new_reader(ADDRESS)
    unsubscribe(subscriber=reader.uuid)
    with at(1):
        enquiry = held(ask, consent_newsletter="on")
    with at(24):
        release_enquiry(enquiry=enquiry, by=staff)
    reader.refresh_from_db()
    assert reader.state == Subscriber.State.PENDING


def test_nothing_goes_to_an_address_that_is_known_to_be_mistyped_by_now(
    lead: Lead, ask: Callable[..., Any], staff: Any, desk: Any
) -> None:
    mails = OutgoingEmail.objects.count()
    with at(-1):
        enquiry = held(ask)
    correct_address(lead=Lead.objects.get(pk=lead.pk), email=OTHER, resend=False, by=staff)
    told = desk.post(f"/admin/enquiries/enquiry/{enquiry.pk}/release/", follow=True).text
    assert f"it was corrected with lead #{lead.pk}" in told
    assert Enquiry.objects.held().get() == enquiry
    assert OutgoingEmail.objects.filter(email=ADDRESS).exclude(kind="staff_notice").count() <= mails
