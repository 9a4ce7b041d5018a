import json
import os
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone

from enquiries.actions import (
    add_note,
    assign_lead,
    correct_address,
    erase_old,
    erase_person,
    export_person,
    log_call,
    merge_leads,
    move_lead,
    request_packet,
    unmerge_lead,
)
from enquiries.actions.imports import hold_list
from enquiries.actions.intake import Submission
from enquiries.models import Enquiry, Lead, LeadEvent, LeadImport
from foundation.models import ConsentWording
from mailings.models import OutgoingEmail
from tests.conftest import ADDRESS
from tests.enquiries.test_erasure import YEARS, tables_with

OTHER = "other@example.com"
ADDRESSES = [f"{name}@example.org" for name in "abcd"]
RUNS = int(os.environ.get("WORDS_RUNS", "40"))


class Told:
    """What was said to whom, kept beside the site: words by the lead that they were said to."""

    def __init__(self, seed: int, staff: Any) -> None:
        self.random = random.Random(seed)
        self.staff = staff
        self.wording = ConsentWording.objects.current(ConsentWording.Kind.CONTACT)
        self.words: dict[str, int] = {}

    def go_on(self, steps: int) -> None:
        for step in range(steps):
            verb = self.random.choice([self.ask, self.ask, self.ask, self.note, self.merge, self.undo, self.correct])
            try:
                with transaction.atomic():
                    verb(f"canary{step:03}x")
            # A lead that cannot be merged, or none there yet.
            except (ValidationError, IndexError):
                continue

    def ask(self, words: str) -> None:
        address = self.random.choice(ADDRESSES)
        fields = {"name": "Zoë O'Brien & Sons", "email": address, "message": words}
        request_packet(submission=Submission(fields, self.wording, None))
        self.words[words] = Lead.objects.get(email=address).pk

    def note(self, words: str) -> None:
        lead = self.random.choice(list(Lead.objects.filter(merged_into=None).order_by("pk")))
        add_note(lead=lead, text=words, by=self.staff)
        self.words[words] = lead.pk

    def merge(self, _words: str) -> None:
        leads = list(Lead.objects.filter(merged_into=None).order_by("pk"))
        one, two = self.random.choice(leads), self.random.choice(leads)
        merge_leads(lead=one, into=two, by=self.staff)

    def undo(self, _words: str) -> None:
        merged = list(Lead.objects.exclude(merged_into=None).order_by("pk"))
        unmerge_lead(lead=self.random.choice(merged), by=self.staff)

    def correct(self, _words: str) -> None:
        lead = self.random.choice(list(Lead.objects.filter(merged_into=None).order_by("pk")))
        correct_address(lead=lead, email=self.random.choice(ADDRESSES), resend=False, by=self.staff)

    def of(self, family: list[Lead]) -> set[str]:
        return {words for words, lead in self.words.items() if lead in {member.pk for member in family}}


@pytest.mark.parametrize("seed", range(RUNS))
def test_whatever_was_merged_and_undone_nobodys_words_are_left_or_handed_to_another(
    first_content: None, staff: Any, seed: int
) -> None:
    told = Told(seed, staff)
    told.go_on(14)
    leads = Lead.objects.exclude(email=None).order_by("pk")
    for lead in leads:
        handed_over = json.dumps(export_person(address=lead.email or ""))
        assert {words for words in told.words if words in handed_over} == told.of(lead.survivor().family())
    gone = told.random.choice(list(leads)) if leads else None
    if gone:
        theirs = told.of(gone.survivor().family())
        erase_person(address=gone.email or "")
        kept = set(told.words) - theirs
        assert {words for words in told.words if tables_with(words)} == kept


def test_what_came_in_while_merged_goes_back_with_the_undo(
    lead: Lead, staff: Any, ask: Callable[..., Any], desk: Client
) -> None:
    ask(email=OTHER, name="Other Person")
    other = Lead.objects.get(email=OTHER)
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER, name="Other Person", message="my own words")
    assert "my own words" in desk.get(lead.get_absolute_url()).text
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert "my own words" not in desk.get(lead.get_absolute_url()).text
    assert "my own words" in desk.get(other.get_absolute_url()).text


def test_a_packet_asked_for_while_merged_goes_out_after_the_undo(
    lead: Lead, staff: Any, ask: Callable[..., Any], deliver: Callable[[], None]
) -> None:
    other = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2030-01-01")
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER)
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    deliver()
    outgoing = OutgoingEmail.objects.get(email=OTHER, kind="packet")
    assert outgoing.state == OutgoingEmail.State.SENT
    assert outgoing.packet_delivery.lead == other
    assert other.events.filter(kind=LeadEvent.Kind.PACKET_SENT).exists()


def test_whoever_wrote_while_merged_is_followed_up_after_the_undo(
    lead: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    other = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2030-01-01")
    move_lead(lead=other, stage="lost", reason="too far away", by=staff)
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER)
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert other in Lead.objects.awaiting_answer()
    assert other in Lead.objects.due(timezone.localdate())


def test_words_that_an_earlier_release_gave_to_the_survivor_go_back_too(
    lead: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    other = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2030-01-01")
    merge_leads(lead=other, into=lead, by=staff)
    ask(email=OTHER, message="my own words")
    Enquiry.objects.filter(email=OTHER).update(lead=lead)
    unmerge_lead(lead=Lead.objects.get(pk=other.pk), by=staff)
    assert Enquiry.objects.get(email=OTHER).lead == other


def test_a_chain_undone_from_its_end_leaves_each_with_its_own_clock(
    first_content: None, staff: Any, ask: Callable[..., Any]
) -> None:
    for name in "abc":
        ask(email=f"{name}@example.org")
    a, b, c = Lead.objects.order_by("pk")
    for number, one in enumerate((c, b, a)):
        due = timezone.now() + timedelta(hours=number)
        Lead.objects.filter(pk=one.pk).update(asked_at=due - timedelta(days=1), first_answer_due_at=due)
    clocks = list(Lead.objects.order_by("pk").values_list("pk", "asked_at", "first_answer_due_at"))
    merge_leads(lead=c, into=b, by=staff)
    merge_leads(lead=b, into=a, by=staff)
    unmerge_lead(lead=Lead.objects.get(pk=c.pk), by=staff)
    a.refresh_from_db()
    assert a.first_answer_due_at == clocks[1][2]
    unmerge_lead(lead=Lead.objects.get(pk=b.pk), by=staff)
    assert list(Lead.objects.order_by("pk").values_list("pk", "asked_at", "first_answer_due_at")) == clocks


def test_what_staff_do_for_themselves_is_no_contact(lead: Lead, staff: Any) -> None:
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        assign_lead(lead=lead, owner=staff, by=staff)
        move_lead(lead=lead, stage="lost", reason="never answered", by=staff)
        log_call(lead=lead, outcome="no_answer", by=staff)
        erase_old()
    lead.refresh_from_db()
    assert lead.erased_at


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
        Lead.objects.create(email=f"{name}@example.org", next_action="Call", next_action_on="2030-01-01")
        for name in "bc"
    )
    merge_leads(lead=c, into=b, by=staff)
    merge_leads(lead=b, into=lead, by=staff)
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        ask(email="c@example.org", message="still here", leave_this_empty="x")
        erase_old()
    assert Enquiry.objects.held().get().fields["message"] == "still here"
    assert Lead.objects.get(pk=lead.pk).email == ADDRESS


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
    lead = Lead.objects.create(email=OTHER, next_action="Call", next_action_on="2030-01-01")
    Lead.objects.filter(pk=lead.pk).update(created_at=long_ago)
    LeadEvent.objects.create(lead=lead, kind=LeadEvent.Kind.IMPORTED)
    erase_old()
    lead.refresh_from_db()
    assert lead.erased_at is None
