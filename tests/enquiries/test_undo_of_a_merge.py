from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from enquiries.actions import (
    erase_old,
    log_call,
    merge_leads,
    move_lead,
    release_enquiry,
    set_next_action,
    unmerge_lead,
)
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.models import ClinicProfile
from tests.enquiries.test_erasure import YEARS

Ask = Callable[..., Any]
OTHER = "other@example.com"
STATE = ("stage", "closed_reason", "next_action", "next_action_on")
CLOCK = ("asked_at", "first_answer_due_at", "first_answered_at")


def now(lead: Lead) -> dict[str, Any]:
    return Lead.objects.values(*STATE, *CLOCK).get(pk=lead.pk)


def merge(lead: Lead, into: Lead, by: Any) -> None:
    merge_leads(lead=lead, into=into, by=by)


def undo(lead: Lead, by: Any) -> None:
    unmerge_lead(lead=Lead.objects.get(pk=lead.pk), by=by)


def taken_down(email: str) -> Lead:
    return Lead.objects.create(email=email, next_action="Call", next_action_on="2028-01-01")


@pytest.fixture
def other(lead: Lead) -> Lead:
    return taken_down(OTHER)


@pytest.fixture
def gone(other: Lead, staff: Any) -> Lead:
    """Closed, so that what comes in opens it again."""
    return move_lead(lead=other, stage="lost", reason="too far away", by=staff)


def answered(lead: Lead, by: Any) -> None:
    log_call(lead=lead, outcome="spoke", by=by)
    set_next_action(lead=lead, next_action="Write in spring", next_action_on=date(2028, 3, 1), by=by)


@pytest.mark.parametrize("stage", ["contacted", "dormant", "lost"])
def test_the_survivor_has_its_own_stage_plan_and_clock_again(
    lead: Lead, gone: Lead, staff: Any, ask: Ask, stage: str
) -> None:
    answered(lead, staff)
    if stage != "contacted":
        move_lead(lead=lead, stage=stage, reason="moved away", by=staff)
    before = now(lead)
    merge(gone, lead, staff)
    ask(email=OTHER)
    assert now(lead) != before
    undo(gone, staff)
    assert now(lead) == before


def test_what_staff_decided_since_stands_after_the_undo(lead: Lead, gone: Lead, staff: Any, ask: Ask) -> None:
    answered(lead, staff)
    move_lead(lead=lead, stage="dormant", by=staff)
    merge(gone, lead, staff)
    ask(email=OTHER)
    move_lead(lead=lead, stage="records", next_action="Ask for them", next_action_on=date(2028, 5, 5), by=staff)
    decided = {name: now(lead)[name] for name in STATE}
    undo(gone, staff)
    assert {name: now(lead)[name] for name in STATE} == decided


def test_a_clinical_decision_is_not_taken_again_by_an_undo(
    lead: Lead, gone: Lead, staff: Any, ask: Ask, django_user_model: Any
) -> None:
    move_lead(lead=lead, stage="unsuitable", reason="not for them", by=staff)
    merge(gone, lead, staff)
    ask(email=OTHER)
    undo(gone, django_user_model.objects.create_user("coordinator@clinic.example"))
    assert now(lead)["stage"] == "new"


def test_who_wrote_as_the_survivor_meanwhile_still_waits(lead: Lead, gone: Lead, staff: Any, ask: Ask) -> None:
    move_lead(lead=lead, stage="lost", reason="moved away", by=staff)
    merge(gone, lead, staff)
    ask(email=OTHER)
    ask(message="I am here again, too")
    undo(gone, staff)
    assert (
        set(Lead.objects.awaiting_answer())
        == set(Lead.objects.due(ClinicProfile.objects.current().today()))
        == {lead, gone}
    )
    assert now(lead)["asked_at"] == lead.enquiries.latest("received_at").received_at


def test_what_was_answered_on_the_survivor_wakes_nobody(lead: Lead, gone: Lead, staff: Any, ask: Ask) -> None:
    before = now(gone)
    merge(gone, lead, staff)
    ask(email=OTHER)
    log_call(lead=lead, outcome="spoke", by=staff)
    undo(gone, staff)
    assert now(gone) == before


def test_a_call_that_nobody_took_answers_nothing(lead: Lead, gone: Lead, staff: Any, ask: Ask) -> None:
    merge(gone, lead, staff)
    ask(email=OTHER)
    log_call(lead=lead, outcome="no_answer", by=staff)
    undo(gone, staff)
    assert gone in Lead.objects.awaiting_answer()


def test_the_answer_is_due_when_it_was_promised(lead: Lead, gone: Lead, staff: Any, ask: Ask) -> None:
    move_lead(lead=lead, stage="lost", reason="moved away", by=staff)
    merge(gone, lead, staff)
    ask(email=OTHER)
    promised = now(lead)["first_answer_due_at"]
    ClinicProfile.objects.update(first_answer_hours=40)
    undo(gone, staff)
    assert now(gone)["first_answer_due_at"] == promised


def test_what_was_released_while_merged_waits_after_the_undo(lead: Lead, gone: Lead, staff: Any, ask: Ask) -> None:
    ask(email=OTHER, leave_this_empty="x")
    merge(gone, lead, staff)
    release_enquiry(enquiry=Enquiry.objects.held().get(), by=staff)
    undo(gone, staff)
    assert gone in Lead.objects.awaiting_answer()
    assert gone in Lead.objects.due(ClinicProfile.objects.current().today())


def test_the_history_says_who_took_them_apart(lead: Lead, gone: Lead, staff: Any, ask: Ask) -> None:
    merge(gone, lead, staff)
    ask(email=OTHER)
    undo(gone, staff)
    reopened = gone.events.filter(kind=LeadEvent.Kind.STAGE).latest("pk")
    assert (reopened.data["to"], reopened.actor) == ("new", staff)


@pytest.mark.parametrize("order", [(2, 1), (1, 2)])
def test_a_chain_undone_one_by_one_leaves_each_as_it_was(lead: Lead, staff: Any, ask: Ask, order: list[int]) -> None:
    chain = [lead, taken_down("b@example.org"), taken_down("c@example.org")]
    for number, one in enumerate(chain):
        answered(one, staff)
        move_lead(lead=one, stage="dormant", next_action_on=date(2028, 1 + number, 1), by=staff)
    before = [now(one) for one in chain]
    merge(chain[2], chain[1], staff)
    merge(chain[1], lead, staff)
    ask(email="c@example.org")
    for number in order:
        undo(chain[number], staff)
    assert [now(one) for one in chain[:2]] == before[:2]
    assert chain[2] in Lead.objects.due(ClinicProfile.objects.current().today())


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_merged_into_one_and_undone_leave_nothing_of_theirs_on_it(
    lead: Lead, staff: Any, ask: Ask, order: list[int]
) -> None:
    Lead.objects.filter(pk=lead.pk).update(asked_at=None, first_answer_due_at=None)
    both = []
    for name, ahead in (("b", timedelta(hours=2)), ("c", timedelta(hours=1))):
        ask(email=f"{name}@example.org")
        found = Lead.objects.get(email=f"{name}@example.org")
        Lead.objects.filter(pk=found.pk).update(first_answer_due_at=found.asked_at + ahead)
        both.append(Lead.objects.get(pk=found.pk))
    before = [now(one) for one in (lead, *both)]
    for one in both:
        merge(one, lead, staff)
    undo(both[order[0]], staff)
    assert now(lead)["asked_at"] == both[order[1]].asked_at
    undo(both[order[1]], staff)
    assert [now(one) for one in (lead, *both)] == before


def test_an_answered_wait_does_not_come_back_with_the_undo_of_another(lead: Lead, staff: Any, ask: Ask) -> None:
    log_call(lead=lead, outcome="spoke", by=staff)
    ask(email="b@example.org")
    b = Lead.objects.get(email="b@example.org")
    merge(b, lead, staff)
    log_call(lead=lead, outcome="spoke", by=staff)
    ask(email="c@example.org")
    c = Lead.objects.get(email="c@example.org")
    merge(c, lead, staff)
    undo(c, staff)
    assert list(Lead.objects.awaiting_answer()) == [c]


def test_a_talk_with_the_survivor_of_the_survivor_counts_as_well(lead: Lead, staff: Any, ask: Ask) -> None:
    b, c = taken_down("b@example.org"), taken_down("c@example.org")
    merge(c, b, staff)
    merge(b, lead, staff)
    with time_machine.travel(timezone.now() + timedelta(days=80), tick=False):
        log_call(lead=lead, outcome="spoke", by=staff)
        undo(c, staff)
    with time_machine.travel(timezone.now() + YEARS, tick=False):
        erase_old()
    assert Lead.objects.get(pk=c.pk).erased_at is None


def test_who_wanted_only_the_packet_while_merged_waits_for_no_answer_after_the_undo(
    ask: Ask, gone: Lead, lead: Lead, staff: Any
) -> None:
    before = now(gone)
    merge(gone, lead, staff)
    ask(email=OTHER, consent_contact=None)
    undo(gone, staff)
    assert now(gone) == before
