from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from enquiries.actions import (
    add_note,
    assign_lead,
    log_call,
    merge_leads,
    move_lead,
    note_download,
    release_enquiry,
    resend_packet,
)
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.models import ClinicProfile, Holiday, OpeningHours

Ask = Callable[..., Any]
# A Friday at three in the afternoon in New York, where the clinic of the first content is.
FRIDAY = datetime(2026, 3, 6, 20, tzinfo=UTC)
MONDAY_NOON_LESS_ONE = datetime(2026, 3, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def friday() -> Any:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


def note_contact(lead: Lead, by: Any, kind: str = "call", at: datetime | None = None) -> None:
    LeadEvent.objects.create(lead=lead, kind=kind, actor=by, at=at or timezone.now())
    lead.refresh_from_db()


def test_an_enquiry_of_friday_afternoon_is_answered_by_monday(friday: Any, lead: Lead) -> None:
    assert (lead.asked_at, lead.first_answered_at) == (FRIDAY, None)
    # Two hours of Friday, two of Monday; New York changed its clocks in between.
    assert lead.first_answer_due_at == MONDAY_NOON_LESS_ONE


def test_a_holiday_and_another_promise_count_for_who_writes_after_they_were_set(
    friday: Any, ask: Ask, lead: Lead
) -> None:
    Holiday.objects.create(profile_id=1, day="2026-03-09")
    ClinicProfile.objects.update(first_answer_hours=3)
    OpeningHours.objects.filter(weekday=1).update(opens="10:30")
    ask(email="other@example.com")
    other = Lead.objects.get(email="other@example.com")
    assert other.first_answer_due_at == datetime(2026, 3, 10, 15, 30, tzinfo=UTC)
    lead.refresh_from_db()
    assert lead.first_answer_due_at == MONDAY_NOON_LESS_ONE


@pytest.mark.parametrize(
    ("days", "words"), [(1, "late by 8 h 0 min"), (13, "late by 78 h 0 min"), (40, "late by 40 days")]
)
def test_a_wait_of_weeks_is_told_in_days(
    friday: Any, client: Client, lead: Lead, staff: Any, days: int, words: str
) -> None:
    friday.move_to(MONDAY_NOON_LESS_ONE + timedelta(days=days))
    client.force_login(staff)
    assert words in client.get(lead.get_absolute_url()).text


@pytest.mark.parametrize("kind", ["call", "mail"])
def test_a_call_or_mail_of_a_person_stops_the_clock(friday: Any, lead: Lead, staff: Any, kind: str) -> None:
    note_contact(lead, staff, kind)
    assert lead.first_answered_at == FRIDAY
    assert not Lead.objects.awaiting_answer().exists()


@pytest.mark.parametrize("stage", ["contacted", "in_conversation", "records"])
def test_moving_the_lead_on_stops_the_clock(lead: Lead, staff: Any, stage: str) -> None:
    move_lead(lead=lead, stage=stage, by=staff)
    lead.refresh_from_db()
    assert lead.first_answered_at == lead.events.filter(kind="stage").latest("at").at


def test_what_is_no_answer_of_a_person_lets_the_clock_run(
    friday: Any, lead: Lead, staff: Any, deliver: Callable[[], None]
) -> None:
    deliver()
    friday.shift(HOUR)
    add_note(lead=lead, text="not at home", by=staff)
    assign_lead(lead=lead, owner=staff, by=staff)
    resend_packet(lead=lead, by=staff)
    note_download(delivery=lead.deliveries.latest("pk"))
    note_contact(lead, None)
    assert LeadEvent.objects.filter(lead=lead, kind="packet_downloaded").exists()
    assert lead.first_answered_at is None


def test_closing_without_a_word_is_no_answer_and_no_longer_waits(lead: Lead, staff: Any) -> None:
    move_lead(lead=lead, stage="lost", reason="wrote by mistake", by=staff)
    lead.refresh_from_db()
    assert lead.first_answered_at is None
    assert not Lead.objects.awaiting_answer().exists()


def test_the_earliest_contact_counts_in_whatever_order_it_is_written_down(friday: Any, lead: Lead, staff: Any) -> None:
    note_contact(lead, staff, at=FRIDAY + 3 * HOUR)
    note_contact(lead, staff, at=FRIDAY + HOUR)
    note_contact(lead, staff, at=FRIDAY + 2 * HOUR)
    assert lead.first_answered_at == FRIDAY + HOUR
    note_contact(lead, staff, at=FRIDAY - HOUR)
    assert lead.first_answered_at == FRIDAY + HOUR


def test_no_path_that_writes_a_contact_skips_the_clock(lead: Lead, staff: Any) -> None:
    LeadEvent.objects.bulk_create([LeadEvent(lead=lead, kind="call", actor=staff)])
    lead.refresh_from_db()
    assert lead.first_answered_at
    Lead.objects.update(first_answered_at=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clinic.actor', %s, true)", [str(staff.pk)])
        cursor.execute("UPDATE enquiries_lead SET stage = 'contacted'")
    lead.refresh_from_db()
    assert lead.first_answered_at


def test_writing_again_before_the_answer_keeps_the_first_promise(friday: Any, ask: Ask, lead: Lead) -> None:
    friday.shift(HOUR)
    ask(message="are you there?")
    lead.refresh_from_db()
    assert (lead.asked_at, lead.first_answer_due_at) == (FRIDAY, MONDAY_NOON_LESS_ONE)


def test_writing_again_in_conversation_starts_no_clock(lead: Lead, ask: Ask, staff: Any) -> None:
    move_lead(lead=lead, stage="in_conversation", by=staff)
    lead.refresh_from_db()
    answered_at = lead.first_answered_at
    ask(message="one more thing")
    lead.refresh_from_db()
    assert lead.first_answered_at == answered_at


@pytest.mark.parametrize("stage", ["lost", "dormant"])
def test_writing_again_after_the_end_starts_the_clock_anew(lead: Lead, ask: Ask, staff: Any, stage: str) -> None:
    move_lead(lead=lead, stage="contacted", by=staff)
    move_lead(lead=lead, stage=stage, reason="did not answer", by=staff)
    asked_at = lead.asked_at
    ask(message="I am back")
    lead.refresh_from_db()
    assert lead.asked_at == Enquiry.objects.latest("pk").received_at
    assert lead.asked_at != asked_at
    assert lead.first_answered_at is None
    assert Lead.objects.awaiting_answer().get() == lead


def test_releasing_a_held_enquiry_is_no_answer_and_the_clock_ran_since_it_came(
    lead: Lead, ask: Ask, staff: Any
) -> None:
    move_lead(lead=lead, stage="dormant", by=staff)
    ask(name="www.spam.example")
    held = Enquiry.objects.held().get()
    release_enquiry(enquiry=held, by=staff)
    lead.refresh_from_db()
    assert (lead.stage, lead.asked_at, lead.first_answered_at) == ("in_conversation", held.received_at, None)


def test_who_was_called_while_what_they_wrote_was_held_waits_no_longer(
    friday: Any, lead: Lead, ask: Ask, staff: Any
) -> None:
    move_lead(lead=lead, stage="dormant", by=staff)
    friday.shift(HOUR)
    ask(name="www.spam.example")
    friday.shift(HOUR)
    log_call(lead=lead, outcome="spoke", by=staff)
    friday.shift(HOUR)
    release_enquiry(enquiry=Enquiry.objects.held().get(), by=staff)
    lead.refresh_from_db()
    assert (lead.asked_at, lead.first_answered_at) == (FRIDAY + HOUR, FRIDAY + 2 * HOUR)


def test_who_rang_up_waits_for_no_first_answer(desk: Client, staff: Any) -> None:
    fields = {"name": "Zoë", "phone": "555 0142", "next_action": "Call back", "next_action_on": "2028-02-01"}
    assert desk.post("/admin/enquiries/lead/add/", {**fields, "consent_contact": "on"}).status_code == 302
    lead = Lead.objects.get()
    note_contact(lead, staff)
    assert (lead.asked_at, lead.first_answer_due_at, lead.first_answered_at) == (None, None, None)


def test_who_was_only_imported_and_then_writes_waits_for_a_first_answer(first_content: None, ask: Ask) -> None:
    lead = Lead.objects.create(email="zoe@example.com", next_action="Call", next_action_on="2028-01-01")
    ask()
    assert Lead.objects.awaiting_answer().get() == lead


@pytest.mark.parametrize("column", ["asked_at", "first_answer_due_at"])
def test_a_clock_without_beginning_or_end_is_refused(lead: Lead, column: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.update(**{column: None})


def test_a_call_to_somebody_imported_is_the_first_answer_of_both(lead: Lead, staff: Any) -> None:
    caller = Lead.objects.create(
        phone="+353 1 234", next_action="Call", next_action_on=ClinicProfile.objects.current().today()
    )
    log_call(lead=caller, outcome="left_message", by=staff)
    merge_leads(lead=caller, into=lead, by=staff)
    assert not Lead.objects.awaiting_answer().exists()
