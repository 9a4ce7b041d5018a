from collections.abc import Callable
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from enquiries.actions import (
    act_in_bulk,
    add_note,
    approve_template,
    assign_lead,
    begin_bulk_run,
    erase_old,
    erase_person,
    log_call,
    merge_leads,
    move_lead,
    send_template,
    unmerge_lead,
)
from enquiries.actions.events import note_event
from enquiries.actions.imports import hold_list
from enquiries.models import Enquiry, Lead, LeadEvent, LeadImport, MailTemplate
from enquiries.signals import person_erased
from foundation.actors import VISITOR
from mailings.actions import stop_mail
from mailings.models import OutgoingEmail
from newsletters.actions import confirm_subscription
from newsletters.models import Subscriber
from tests.conftest import ADDRESS
from tests.enquiries.test_erasure import YEARS, tables_with

OTHER = "other@example.com"
GIVE_BACK = import_module("enquiries.migrations.0027_words_of_undone_merges").give_back


@pytest.fixture
def other(lead: Lead) -> Lead:
    return Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")


def move_in_bulk(lead: Lead, by: Any) -> None:
    begun = begin_bulk_run(number=uuid4(), verb="move", by=by, leads=1)
    move = partial(move_lead, stage="dormant", by=by)
    act_in_bulk(run=begun, leads=[lead], act=lambda one: move(lead=one))


def mail_to_many(lead: Lead, by: Any) -> None:
    template = MailTemplate.objects.create(name="Holidays", subject="Holidays", body="We are closed.")
    send_template(lead=lead, template=approve_template(template=template, by=by), by=by, bulk=True)


BOOKKEEPING: dict[str, Callable[[Lead, Any], Any]] = {
    "owner": lambda lead, by: assign_lead(lead=lead, owner=by, by=by),
    "stage": lambda lead, by: move_lead(lead=lead, stage="lost", reason="never answered", by=by),
    "stages of many": move_in_bulk,
    "call in vain": lambda lead, by: log_call(lead=lead, outcome="no_answer", by=by),
    "note": lambda lead, by: add_note(lead=lead, text="Looked them up", by=by),
    "mail to many": mail_to_many,
    "said it was not them": lambda lead, by: note_event(lead, LeadEvent.Kind.DISOWNED, by=VISITOR),
}


@pytest.mark.parametrize("act", BOOKKEEPING.values(), ids=BOOKKEEPING)
def test_what_staff_do_for_themselves_is_no_contact(lead: Lead, staff: Any, act: Callable[[Lead, Any], Any]) -> None:
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        act(lead, staff)
        erase_old()
    lead.refresh_from_db()
    assert lead.erased_at


def test_a_mail_that_one_person_wrote_to_them_is_contact(lead: Lead, staff: Any) -> None:
    template = MailTemplate.objects.create(name="Hello", subject="Hello", body="How are you?")
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        send_template(lead=lead, template=approve_template(template=template, by=staff), by=staff)
        erase_old()
    lead.refresh_from_db()
    assert lead.erased_at is None


@pytest.mark.parametrize("outcome", LeadEvent.Outcome.values)
def test_a_call_of_theirs_is_contact_also_where_nobody_took_it(lead: Lead, staff: Any, outcome: str) -> None:
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        log_call(lead=lead, outcome=outcome, direction="theirs", by=staff)
        erase_old()
    lead.refresh_from_db()
    assert lead.erased_at is None


def test_a_talk_while_merged_counts_for_whoever_was_taken_out_again(
    lead: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    ask(email=OTHER)
    other = Lead.objects.get(email=OTHER)
    merge_leads(lead=other, into=lead, by=staff)
    with time_machine.travel(timezone.now() + timedelta(days=80), tick=False):
        log_call(lead=lead, outcome="spoke", by=staff)
        unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        erase_old()
    other.refresh_from_db()
    assert other.erased_at is None


def test_a_held_enquiry_of_a_twice_merged_lead_keeps_the_family(
    lead: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    b, c = (
        Lead.objects.create(email=f"{name}@example.org", next_action="Call", next_action_on="2028-01-01")
        for name in "bc"
    )
    merge_leads(lead=c, into=b, by=staff)
    merge_leads(lead=b, into=lead, by=staff)
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        ask(email="c@example.org", message="still here", leave_this_empty="x")
        erase_old()
    assert Enquiry.objects.held().get().fields["message"] == "still here"
    assert Lead.objects.get(pk=lead.pk).email == ADDRESS


def test_a_held_enquiry_of_a_twice_merged_lead_is_erased_with_the_family(
    lead: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    b, c = (
        Lead.objects.create(email=f"{name}@example.org", next_action="Call", next_action_on="2028-01-01")
        for name in "bc"
    )
    ask(email="c@example.org", message="held words", leave_this_empty="x")
    ask(email="d@example.org", message="of a stranger")
    merge_leads(lead=c, into=b, by=staff)
    merge_leads(lead=b, into=lead, by=staff)
    erase_person(address=ADDRESS)
    assert tables_with("held words") == []
    assert tables_with("of a stranger") == ["enquiries_enquiry"]


def test_who_writes_between_the_listing_and_their_turn_is_not_erased(
    lead: Lead, staff: Any, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from enquiries.actions import erasure

    lock = erasure.lock_lists

    def meanwhile() -> None:
        lock()
        if not Enquiry.objects.filter(fields__message="still here").exists():
            ask(message="still here")

    # The one moment between asking and asking again under the lock.
    monkeypatch.setattr(erasure, "lock_lists", meanwhile)
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        erase_old()
    lead.refresh_from_db()
    assert lead.erased_at is None


def test_a_held_list_stays_when_nobody_is_erased_after_all(
    lead: Lead, staff: Any, ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from enquiries.actions import erasure

    ask(email="stranger@example.org", leave_this_empty="x")
    hold_list(headings=["name"], rows=[(2, ["Zoë O'Brien"])], file_name="list.csv", consent="at a fair", by=staff)
    lock = erasure.lock_lists

    def meanwhile() -> None:
        lock()
        ask(message="still here")
        ask(email="stranger@example.org", message="still here", leave_this_empty="x")

    monkeypatch.setattr(erasure, "lock_lists", meanwhile)
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        assert erase_old() == 0
    assert LeadImport.objects.count() == 1


def test_whoever_was_imported_today_is_not_erased_tonight(first_content: None) -> None:
    long_ago = timezone.now() - YEARS
    lead = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")
    Lead.objects.filter(pk=lead.pk).update(created_at=long_ago)
    LeadEvent.objects.create(lead=lead, kind=LeadEvent.Kind.IMPORTED)
    erase_old()
    lead.refresh_from_db()
    assert lead.erased_at is None


@pytest.mark.parametrize("came", ["as a lead", "held", "merged"])
def test_a_sign_up_that_waits_to_be_confirmed_outlives_who_is_too_old(
    ask: Callable[..., Any], client: Client, staff: Any, deliver: Callable[[], None], came: str
) -> None:
    ask(leave_this_empty="x" if came == "held" else None)
    if came == "merged":
        survivor = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2028-01-01")
        merge_leads(lead=Lead.objects.get(email=ADDRESS), into=survivor, by=staff)
    deliver()
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        client.post("/newsletter/", {"email": ADDRESS, "consent": "on"})
        erase_old()
        confirmation = OutgoingEmail.objects.get(kind="newsletter_confirm")
        assert (confirmation.email, confirmation.state) == (ADDRESS, "queued")
        confirmed = confirm_subscription(confirmation=confirmation.uuid)
    assert confirmed
    assert (confirmed.email, confirmed.consent and confirmed.consent.email) == (ADDRESS, ADDRESS)
    assert not Enquiry.objects.exclude(fields={}).exists()


def test_a_sign_up_that_staff_hold_outlives_who_is_too_old(
    ask: Callable[..., Any], client: Client, first_content: None
) -> None:
    ask()
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        stop_mail(address=ADDRESS, by=VISITOR)
        client.post("/newsletter/", {"email": ADDRESS, "consent": "on"})
        erase_old()
    assert Subscriber.objects.get().state == Subscriber.State.HELD


def test_a_sign_up_that_nobody_confirmed_in_all_that_time_goes_with_them(
    ask: Callable[..., Any], client: Client
) -> None:
    ask()
    client.post("/newsletter/", {"email": ADDRESS, "consent": "on"})
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        erase_old()
    assert tables_with(ADDRESS) == []


def test_somebody_who_cannot_be_erased_keeps_back_nobody_else(
    lead: Lead, other: Lead, caplog: pytest.LogCaptureFixture
) -> None:
    def fail_for_one(sender: Any, **told: Any) -> None:
        if told["lead"] == lead:
            raise ValueError("of one person")

    person_erased.connect(fail_for_one)
    try:
        with time_machine.travel(timezone.now() + YEARS, tick=False):
            assert erase_old() == 1
    finally:
        person_erased.disconnect(fail_for_one)
    lead.refresh_from_db()
    other.refresh_from_db()
    assert (lead.erased_at, bool(other.erased_at)) == (None, True)
    assert "somebody who is too old to be kept could not be erased" in caplog.text
