"""A plan for four in the afternoon: not the next at nine, and not without its time where somebody gave one."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from enquiries.models import Lead
from foundation.models import ClinicProfile
from tests.browser_posts import untouched
from tests.desk.test_bulk_actions import choose, confirm

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
DAY = NOW.date() + timedelta(days=6)
FOUR = datetime.combine(DAY, time(16), tzinfo=UTC)


@pytest.fixture
def nine(desk: Client, staff: Any) -> Any:
    ClinicProfile.objects.update(time_zone="UTC")
    with time_machine.travel(NOW, tick=False):
        desk.force_login(staff)
        yield


def planned(name: str, owner: Any, hour: int | None = None, day: int = 0) -> Lead:
    on = NOW.date() + timedelta(days=day)
    at = datetime.combine(on, time(hour), tzinfo=UTC) if hour else None
    return Lead.objects.create(
        name=name, phone="1", owner=owner, next_action="Call", next_action_on=on, next_action_at=at
    )


def following(desk: Client, lead: Lead) -> str:
    return str(desk.get(lead.get_absolute_url()).context["next_in_queue"])


def test_what_has_a_time_later_today_comes_after_all_that_is_due_now(nine: None, desk: Client, staff: Any) -> None:
    three, four, yesterday = (planned("Three", staff, 15), planned("Four", staff, 16), planned("Late", staff, day=-1))
    due, eight = planned("Now", staff), planned("Eight", staff, 8)
    found = [following(desk, lead) for lead in (yesterday, due, eight, four)]
    assert found == ["Now", "Eight", "Late", "Now"]
    Lead.objects.filter(pk__in=[due.pk, eight.pk]).update(next_action_on=DAY, next_action_at=None)
    page = desk.get(yesterday.get_absolute_url())
    assert str(page.context["next_in_queue"]) == str(three)
    assert "Next of mine that is due: Three</a>, 3 p.m." in page.text


@pytest.mark.parametrize(("typed", "at"), [("16:00", FOUR), ("", None)])
def test_many_are_put_off_to_a_time_or_without_one_and_the_page_says_so(
    typed: str, at: datetime | None, nine: None, desk: Client, staff: Any
) -> None:
    leads = [planned("Zoë", staff, 15), planned("Bo", staff)]
    page = choose(desk, "snooze", leads)
    assert "A time of day stays only if you give one." in page.text
    confirm(desk, "snooze", page, next_action_on=DAY.isoformat(), next_action_time=typed)
    assert set(Lead.objects.values_list("next_action_on", "next_action_at")) == {(DAY, at)}


def test_a_move_may_say_at_what_time_comes_what_is_next(nine: None, desk: Client, staff: Any) -> None:
    lead = planned("Zoë", staff)
    form = untouched(desk.get(lead.get_absolute_url()), "move-form")
    plan = {"next_action": "Call", "next_action_on": DAY.isoformat(), "next_action_time": "16:00"}
    desk.post(f"/admin/enquiries/lead/{lead.pk}/move/", {**form, "stage": "contacted", **plan})
    assert Lead.objects.values_list("stage", "next_action_on", "next_action_at").get() == ("contacted", DAY, FOUR)


def test_who_is_taken_down_by_hand_may_be_due_at_a_time(nine: None, desk: Client) -> None:
    page = "/admin/enquiries/lead/add/"
    typed = {"name": "Zoë", "phone": "+1 212 555 0142", "consent_contact": "on"}
    plan = {"next_action": "Call", "next_action_on": DAY.isoformat(), "next_action_time": "16:00"}
    assert desk.post(page, {**untouched(desk.get(page), "lead_form"), **typed, **plan}).status_code == 302
    assert Lead.objects.values_list("next_action_on", "next_action_at").get() == (DAY, FOUR)
