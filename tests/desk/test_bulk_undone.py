from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from enquiries.actions import add_note, erase_person, move_lead, undo_bulk_run
from enquiries.actions.events import act_as
from enquiries.models import BulkOutcome, BulkRun, Lead
from enquiries.tasks import forget_old_lists
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.desk.test_bulk_actions import choose, confirm

URL = "/admin/enquiries/lead/"


def today() -> Any:
    return ClinicProfile.objects.current().today()


@pytest.fixture
def leads(first_content: None) -> list[Lead]:
    plan = {"next_action": "Call about the knee", "next_action_on": today()}
    return [Lead.objects.create(name=f"Lead {n}", email=f"p{n}@example.org", **plan) for n in range(3)]


@pytest.fixture
def colleague(first_content: None, django_user_model: Any) -> Any:
    user = django_user_model.objects.create_user("ana@clinic.example", name="Ana")
    user.groups.add(Group.objects.get(name="coordinator"))
    return user


DO: dict[str, Callable[[Any], dict[str, str]]] = {
    "assign": lambda colleague: {"to": str(colleague.pk)},
    "snooze": lambda colleague: {"next_action_on": str(today() + timedelta(days=9)), "next_action": "Write"},
    "close": lambda colleague: {"stage": "lost", "reason": "Too far"},
}


def done(desk: Client, verb: str, leads: list[Lead], colleague: Any) -> BulkRun:
    confirm(desk, verb, choose(desk, verb, leads), **DO[verb](colleague))
    return BulkRun.objects.get()


def undone(desk: Client, run: BulkRun) -> Any:
    page = desk.get(f"{URL}bulk/{run.pk}/")
    return desk.post(f"{URL}bulk/{run.pk}/undo/", untouched(page, "undo-form"), follow=True)


def state() -> list[tuple[Any, ...]]:
    return list(Lead.objects.order_by("pk").values_list("owner", "stage", "next_action", "next_action_on"))


@pytest.mark.parametrize("verb", DO)
def test_each_gets_back_what_stood_there(desk: Client, leads: list[Lead], colleague: Any, verb: str) -> None:
    before = state()
    run = done(desk, verb, leads, colleague)
    assert state() != before
    page = undone(desk, run)
    assert "Undone: 3 leads are as before." in page.text
    assert state() == before
    assert "undo-form" not in page.text


def test_to_take_back_a_closing_answers_nobody(desk: Client, lead: Lead, staff: Any, ask: Callable[..., Any]) -> None:
    later = today() + timedelta(days=30)
    move_lead(lead=lead, stage="dormant", by=staff, next_action="Wake", next_action_on=later)
    ask(message="I write again, please call")
    waits = Lead.objects.values("stage", "asked_at", "first_answer_due_at", "first_answered_at").get()
    assert (waits["stage"], waits["first_answered_at"]) == ("in_conversation", None)
    run = done(desk, "close", [lead], None)
    assert not Lead.objects.awaiting_answer().exists()
    undone(desk, run)
    assert Lead.objects.values("stage", "asked_at", "first_answer_due_at", "first_answered_at").get() == waits
    assert Lead.objects.awaiting_answer().exists()


@pytest.mark.parametrize("verb", DO)
def test_with_whom_anything_happened_since_stays_and_is_listed(
    desk: Client, leads: list[Lead], colleague: Any, staff: Any, verb: str
) -> None:
    before = state()
    run = done(desk, verb, leads, colleague)
    add_note(lead=leads[1], text="Rang me", by=staff)
    page = undone(desk, run)
    assert "Undone: 2 leads are as before." in page.text
    assert page.context["stayed"] == [leads[1]]
    assert [now == then for now, then in zip(state(), before, strict=True)] == [True, False, True]


def test_only_who_did_it_undoes_it_and_within_a_day(desk: Client, leads: list[Lead], colleague: Any) -> None:
    run = done(desk, "snooze", leads, colleague)
    other = Client()
    other.force_login(colleague)
    assert "undo-form" not in other.get(f"{URL}bulk/{run.pk}/").text
    assert "Only who did it can undo it" in other.post(f"{URL}bulk/{run.pk}/undo/", follow=True).text
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False), pytest.raises(ValidationError):
        undo_bulk_run(run=run, by=run.by)
    assert set(Lead.objects.values_list("next_action", flat=True)) == {"Write"}


def test_a_second_press_changes_nothing(desk: Client, leads: list[Lead], colleague: Any, staff: Any) -> None:
    run = done(desk, "snooze", leads, colleague)
    undone(desk, run)
    with pytest.raises(ValidationError):
        undo_bulk_run(run=run, by=staff)


def test_erasing_takes_along_what_stood_there_before(
    desk: Client, leads: list[Lead], colleague: Any, staff: Any
) -> None:
    done(desk, "snooze", leads, colleague)
    erase_person(lead=leads[0], by=staff)
    kept = BulkOutcome.objects.filter(before__isnull=False).values_list("lead", flat=True)
    assert set(kept) == {leads[1].pk, leads[2].pk}


def test_after_the_day_nothing_of_what_stood_there_is_kept(desk: Client, leads: list[Lead], colleague: Any) -> None:
    run = done(desk, "close", leads, colleague)
    forget_old_lists()
    assert run.outcomes.filter(before__isnull=False).count() == len(leads)
    BulkRun.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    forget_old_lists()
    assert run.outcomes.filter(before__isnull=True).count() == len(leads)


@pytest.mark.parametrize("verb", ["close", "snooze"])
def test_before_a_closing_is_undone_it_is_said_that_each_opens_again_where_it_was(
    desk: Client, leads: list[Lead], colleague: Any, verb: str
) -> None:
    page = desk.get(f"{URL}bulk/{done(desk, verb, leads, colleague).pk}/").text
    assert ("opens again at the stage that it had" in page) == (verb == "close")


def test_however_far_they_had_come_they_stand_there_again(
    desk: Client, leads: list[Lead], colleague: Any, staff: Any
) -> None:
    for lead, stages in zip(leads, (["contacted"], ["records"], ["in_conversation", "candidate"]), strict=True):
        for stage in stages:
            move_lead(lead=lead, stage=stage, by=staff)
    before = state()
    page = undone(desk, done(desk, "close", [Lead.objects.get(pk=lead.pk) for lead in leads], colleague))
    assert "Undone: 3 leads are as before." in page.text
    assert state() == before


def test_postgres_takes_back_a_closing_of_many_for_who_did_it_while_nothing_happened_since(
    desk: Client, leads: list[Lead], colleague: Any, staff: Any
) -> None:
    for lead in leads:
        move_lead(lead=lead, stage="records", by=staff)
    run = done(desk, "close", [Lead.objects.get(pk=lead.pk) for lead in leads], colleague)
    first, second, third = leads

    def takes_back(lead: Lead, stage: str, by: Any) -> bool:
        try:
            with transaction.atomic():
                act_as(by)
                return bool(Lead.objects.filter(pk=lead.pk).update(stage=stage))
        except DatabaseError:
            return False

    assert not takes_back(first, "records", colleague)
    assert not takes_back(first, "contacted", staff)
    assert takes_back(first, "records", staff)
    Lead.objects.filter(pk=second.pk).update(name="Another")
    assert not takes_back(second, "records", staff)
    BulkRun.objects.filter(pk=run.pk).update(undone_at=timezone.now())
    assert not takes_back(third, "records", staff)
