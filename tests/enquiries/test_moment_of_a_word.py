"""Somebody rings at nine and writes at ten; staff write down at noon what was said at nine."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime

from enquiries.actions import export_person, log_call, resend_packet, set_next_action
from enquiries.models import ContactChoice, Enquiry, Lead, LeadEvent, contact_choice, ended_packet, may_be_contacted
from foundation.models import ClinicProfile
from mailings.models import OutgoingEmail
from tests.browser_posts import untouched
from tests.conftest import ADDRESS

MONDAY = datetime(2026, 3, 9, 10, tzinfo=UTC)
NOON = MONDAY + timedelta(days=1, hours=7)
MESSAGE = "Do write to me after all"


@pytest.fixture
def noon(ask: Callable[..., Any], desk: Client, staff: Any) -> Any:
    """They asked on Monday, and again on Tuesday two hours before noon. Goes on by so many hours since then."""
    with time_machine.travel(MONDAY) as clock:
        ask()
        clock.move_to(NOON - timedelta(hours=2))
        ask(message=MESSAGE)

        def later(hours: float) -> None:
            clock.move_to(NOON + timedelta(hours=hours))
            desk.force_login(staff)

        later(0)
        yield later


def say(desk: Client, verb: str, **fields: str) -> Any:
    lead = Lead.objects.get()
    form = untouched(desk.get(lead.get_absolute_url()), f"{verb}-form")
    url = f"/admin/enquiries/lead/{lead.pk}/{verb}/"
    return desk.post(url, {**form, "words": "She rang.", **fields}, follow=True)


def typed(at: datetime) -> str:
    return at.astimezone(ClinicProfile.objects.current().zone).strftime("%H:%M")


def undo(desk: Client) -> Any:
    lead = Lead.objects.get()
    event = LeadEvent.objects.get(kind="consent_ended")
    form = untouched(desk.get(lead.get_absolute_url()), f"undo-end-{event.pk}")
    return desk.post(f"/admin/enquiries/lead/{lead.pk}/undo-end/", form, follow=True)


@pytest.mark.parametrize(("hours", "stands"), [(-3, True), (-1, False), (None, False)])
def test_the_moment_at_which_it_was_said_decides(noon: Any, desk: Client, hours: int | None, stands: bool) -> None:
    time = "" if hours is None else typed(NOON + timedelta(hours=hours))
    say(desk, "end-contact", said_time=time)
    lead = Lead.objects.get()
    assert (contact_choice(lead) != ContactChoice.NONE) is stands
    assert Lead.objects.filter(may_be_contacted()).exists() is stands
    assert (lead.next_action != Lead.Plan.WAIT) is stands


@pytest.mark.parametrize(("hours", "stands"), [(-3, True), (-1, False), (None, False)])
def test_so_it_does_for_the_packet(noon: Any, desk: Client, hours: int | None, stands: bool) -> None:
    say(desk, "end-packet", said_time="" if hours is None else typed(NOON + timedelta(hours=hours)))
    assert (ended_packet(Lead.objects.get()) is None) is stands


def test_of_the_same_minute_silence_harms_less(noon: Any, desk: Client) -> None:
    say(desk, "end-contact", said_time=typed(NOON - timedelta(hours=2)))
    assert contact_choice(Lead.objects.get()) == ContactChoice.NONE


def test_what_is_still_to_come_was_not_said(noon: Any, desk: Client) -> None:
    answer = say(desk, "end-contact", said_time=typed(NOON + timedelta(hours=1)))
    assert (answer.status_code, "This is still to come." in answer.text) == (422, True)


def test_the_page_names_what_was_taken_back_and_when_it_was_said(noon: Any, desk: Client) -> None:
    page = say(desk, "end-contact", said_time=typed(NOON - timedelta(hours=3))).text
    zone = ClinicProfile.objects.current().zone
    asked = date_format(MONDAY.astimezone(zone), "DATETIME_FORMAT")
    again = date_format((NOON - timedelta(hours=2)).astimezone(zone), "DATETIME_FORMAT")
    assert f"Taken back by this: what they agreed to on {asked}." in page
    assert again not in page.partition("Taken back by this")[2].partition("</form>")[0]
    said = date_format((NOON - timedelta(hours=3)).astimezone(zone), "DATETIME_FORMAT")
    assert f"Said on {said} that they want no contact any more." in page


def test_a_slip_is_undone_within_the_day_with_the_wait_and_the_plan_that_were(noon: Any, desk: Client) -> None:
    before = Lead.objects.values("asked_at", "first_answer_due_at", "next_action", "next_action_on").get()
    say(desk, "end-contact")
    assert not Lead.objects.awaiting_answer().exists()
    noon(0.1)
    page = undo(desk).text
    assert contact_choice(Lead.objects.get()) == ContactChoice.EITHER
    assert Lead.objects.values(*before).get() == before
    assert "It was written down by a slip" in page
    assert "Taken back by this" not in page
    assert 'id="end-contact-form"' in page


def test_an_undone_packet_end_puts_the_cancelled_packet_on_its_way_again(
    noon: Any, desk: Client, deliver: Callable[[], None]
) -> None:
    say(desk, "end-packet")
    assert not OutgoingEmail.objects.filter(kind="packet", state="queued").exists()
    undo(desk)
    deliver()
    assert OutgoingEmail.objects.filter(kind="packet", state="sent").count() == 1
    assert ended_packet(Lead.objects.get()) is None


def test_what_was_released_meanwhile_is_answered_once_the_slip_is_undone(
    noon: Any, ask: Callable[..., Any], desk: Client, staff: Any
) -> None:
    lead = Lead.objects.get()
    log_call(lead=lead, outcome="spoke", by=staff)
    set_next_action(lead=lead, next_action="Wait", next_action_on=NOON.date() + timedelta(days=9), by=staff)
    ask(message="https://a.example https://b.example https://c.example")
    noon(1)
    say(desk, "end-contact")
    noon(2)
    desk.post(f"/admin/enquiries/enquiry/{Enquiry.objects.get(verdict='held').pk}/release/")
    lead.refresh_from_db()
    assert lead.next_action == "Wait"
    undo(desk)
    lead.refresh_from_db()
    assert (lead.next_action, lead.next_action_on) == (Lead.Plan.ANSWER_NEW, NOON.date())


def test_after_a_day_or_twice_it_is_not_undone(noon: Any, desk: Client) -> None:
    say(desk, "end-contact")
    lead, event = Lead.objects.get(), LeadEvent.objects.get(kind="consent_ended")
    url = f"/admin/enquiries/lead/{lead.pk}/undo-end/"
    noon(24.1)
    assert "for a day" in desk.post(url, {"said": event.pk}, follow=True).text
    assert contact_choice(Lead.objects.get()) == ContactChoice.NONE
    noon(1)
    undo(desk)
    assert "You have undone this already." in desk.post(url, {"said": event.pk}, follow=True).text
    assert LeadEvent.objects.filter(kind="end_undone").count() == 1


def test_who_wants_none_is_sent_the_packet_only_with_who_asked_and_when(noon: Any, desk: Client, staff: Any) -> None:
    say(desk, "end-packet")
    noon(2)
    lead = Lead.objects.get()
    with pytest.raises(ValidationError, match="want no further packet"):
        resend_packet(lead=lead, by=staff)
    refused = say(desk, "resend", words="")
    assert "Write down what they said." in refused.text
    early = say(desk, "resend", said_time=typed(NOON - timedelta(hours=1)))
    assert (early.status_code, "they said that they want no further packet" in early.text) == (422, True)
    say(desk, "resend", said_time=typed(NOON + timedelta(hours=1)), words="She wants it after all.")
    asked = LeadEvent.objects.get(kind="packet_asked")
    assert (asked.text, asked.actor) == ("She wants it after all.", staff)
    assert localtime(datetime.fromisoformat(asked.data["said_at"])) == NOON + timedelta(hours=1)
    assert ended_packet(lead) is None
    assert "they asked for the packet after all" in desk.get(lead.get_absolute_url()).text
    assert "She wants it after all." in str(export_person(address=ADDRESS, by=staff))


def test_a_word_of_later_ends_it_again_though_a_packet_was_sent_since(noon: Any, desk: Client) -> None:
    say(desk, "end-packet")
    noon(3)
    say(desk, "resend", said_time=typed(NOON + timedelta(hours=1)))
    say(desk, "end-packet", said_time=typed(NOON + timedelta(hours=2)))
    assert ended_packet(Lead.objects.get()) is not None
