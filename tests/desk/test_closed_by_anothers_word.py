from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from enquiries.actions import add_note, merge_leads, move_lead
from enquiries.models import Lead
from tests.desk.test_two_people_editing import url
from tests.desk.test_whose_word import OTHER, take_apart, wants_no_mail

STATE = ("stage", "closed_reason", "next_action", "next_action_on", "next_action_at")
CLOCK = ("asked_at", "first_answer_due_at", "first_answered_at")
WAYS: dict[str, list[str]] = {
    "new": [],
    "contacted": ["contacted"],
    "records": ["records"],
    "quoted": ["in_conversation", "candidate", "quoted"],
    "dormant": ["dormant"],
}


def now(lead: Lead) -> dict[str, Any]:
    return Lead.objects.values(*STATE, *CLOCK).get(pk=lead.pk)


@pytest.fixture
def other(lead: Lead, ask: Callable[..., Any]) -> Lead:
    ask(email=OTHER, name="Other Person", message="Another one")
    return Lead.objects.get(email=OTHER)


def go(lead: Lead, stages: list[str], by: Any) -> None:
    for stage in stages:
        move_lead(lead=lead, stage=stage, by=by)


def merged(other: Lead, lead: Lead, by: Any) -> None:
    merge_leads(lead=other, into=Lead.objects.get(pk=lead.pk), by=by)


@pytest.mark.parametrize("stage", WAYS)
def test_who_never_asked_to_stop_stands_after_the_undo_where_they_stood(
    desk: Client, lead: Lead, other: Lead, staff: Any, stage: str
) -> None:
    go(lead, WAYS[stage], staff)
    merged(other, lead, staff)
    before = now(lead)
    wants_no_mail(lead, staff)
    take_apart(desk, other, "taken_out")
    assert now(lead) == before
    assert lead in Lead.objects.open()


@pytest.mark.parametrize("whose", ["kept", "both"])
def test_whose_word_it_may_have_been_stays_closed(
    desk: Client, lead: Lead, other: Lead, staff: Any, whose: str
) -> None:
    merged(other, lead, staff)
    wants_no_mail(lead, staff)
    closed = now(lead)
    take_apart(desk, other, whose)
    assert now(lead) == closed


def test_what_staff_did_with_the_stage_since_stands(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    merged(other, lead, staff)
    wants_no_mail(lead, staff)
    go(lead, ["new"], staff)
    move_lead(lead=lead, stage="invalid", reason="A test of ours", by=staff)
    decided = now(lead)
    take_apart(desk, other, "taken_out")
    assert now(lead) == decided


def test_a_colleague_who_had_closed_it_for_another_reason_is_not_overruled(
    desk: Client, lead: Lead, other: Lead, staff: Any
) -> None:
    merged(other, lead, staff)
    move_lead(lead=lead, stage="lost", reason="Too far", by=staff)
    wants_no_mail(lead, staff)
    take_apart(desk, other, "taken_out")
    assert now(lead)["closed_reason"] == "Too far"


def test_the_timeline_says_that_it_stands_there_again(desk: Client, lead: Lead, other: Lead, staff: Any) -> None:
    go(lead, ["contacted"], staff)
    merged(other, lead, staff)
    wants_no_mail(lead, staff)
    take_apart(desk, other, "taken_out")
    assert "Stage: “lost” → “contacted”." in desk.get(url(lead, "change")).text


def refuses(lead: Lead, *stages: str) -> bool:
    """Of Postgres, whoever asks it."""
    for stage in stages:
        with pytest.raises(DatabaseError, match="cannot go"), transaction.atomic():
            Lead.objects.filter(pk=lead.pk).update(stage=stage)
    return True


def test_postgres_takes_back_no_closing_of_one_alone(lead: Lead, staff: Any) -> None:
    go(lead, ["records"], staff)
    move_lead(lead=lead, stage="invalid", reason="By a slip", by=staff)
    add_note(lead=lead, text="Looked at again", by=staff)
    assert refuses(lead, "records", "contacted", "quoted", "booked")
    go(lead, ["new", "records"], staff)
    wants_no_mail(lead, staff)
    assert refuses(lead, "records")


def test_postgres_takes_back_a_closing_on_the_word_of_one_who_is_merged_into_it(
    lead: Lead, other: Lead, staff: Any
) -> None:
    go(lead, ["records"], staff)
    merged(other, lead, staff)
    move_lead(lead=Lead.objects.get(pk=lead.pk), stage="lost", reason="Too far", by=staff)
    assert refuses(lead, "records")
    go(lead, ["new", "records"], staff)
    wants_no_mail(lead, staff)
    assert refuses(lead, "contacted", "quoted", "booked")
    Lead.objects.filter(pk=lead.pk).update(stage="records")


def test_postgres_takes_back_no_closing_of_before_the_merge(lead: Lead, other: Lead, staff: Any) -> None:
    go(lead, ["records"], staff)
    wants_no_mail(lead, staff)
    go(other, ["records"], staff)
    move_lead(lead=other, stage="lost", reason="Too far", by=staff)
    merged(other, lead, staff)
    assert refuses(lead, "records")


@pytest.mark.parametrize(("whose", "reason"), [("kept", ""), ("taken_out", "asked_to_stop"), ("both", "asked_to_stop")])
def test_who_asked_to_stop_is_closed_as_they_are_taken_out(
    desk: Client, lead: Lead, other: Lead, staff: Any, whose: str, reason: str
) -> None:
    go(other, ["records"], staff)
    merged(other, lead, staff)
    wants_no_mail(lead, staff)
    take_apart(desk, other, whose)
    found = now(other)
    assert (found["stage"], found["closed_reason"]) == ("lost" if reason else "records", reason)


def test_who_wrote_again_since_is_looked_at(
    desk: Client, lead: Lead, other: Lead, staff: Any, ask: Callable[..., Any]
) -> None:
    merged(other, lead, staff)
    wants_no_mail(lead, staff)
    ask(email=OTHER, message="I changed my mind")
    take_apart(desk, other, "taken_out")
    assert other in Lead.objects.open()
