"""A walk through Monday, after a weekend on which people wrote and nobody was there."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from enquiries.actions import move_lead
from enquiries.models import Lead
from tests.clinic.test_today import LIST, names, queue

# In New York, where the clinic of the first content is: open from nine to five, four hours promised.
FRIDAY_AT_FOUR = datetime(2026, 3, 6, 21, tzinfo=UTC)
SATURDAY = datetime(2026, 3, 7, 16, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 8, 16, tzinfo=UTC)
MONDAY_AT_NINE = datetime(2026, 3, 9, 13, tzinfo=UTC)
NOON, AFTER_ONE = MONDAY_AT_NINE + timedelta(hours=3), MONDAY_AT_NINE + timedelta(hours=4, minutes=1)
TUESDAY = MONDAY_AT_NINE + timedelta(days=1)
CAME = {"Friday": FRIDAY_AT_FOUR, "Saturday": SATURDAY, "Sunday": SUNDAY}


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(FRIDAY_AT_FOUR, tick=False) as clock:
        yield clock


@pytest.fixture
def walk(clock: Any, ask: Callable[..., Any], staff: Any) -> Callable[[datetime], Client]:
    for name, moment in CAME.items():
        clock.move_to(moment)
        ask(name=name, email=f"{name}@example.org")

    def to(moment: datetime) -> Client:
        clock.move_to(moment)
        client = Client()
        client.force_login(staff)
        return client

    return to


def shown(client: Client, title: str) -> list[str]:
    return [f"{row.name}: {row.why}" for row in queue(client, title).first]


def test_what_came_on_the_weekend_is_due_on_monday_until_its_answer_is(walk: Callable[[datetime], Client]) -> None:
    desk = walk(MONDAY_AT_NINE)
    assert (names(desk, "due=overdue"), names(desk, "due=today")) == ([], ["Friday", "Saturday", "Sunday"])
    assert (queue(desk, "Overdue").count, queue(desk, "Due today").count) == (0, 3)
    for page in (f"{LIST}?due=now", Lead.objects.get(name="Saturday").get_absolute_url()):
        assert 'class="pill pill-overdue"' not in desk.get(page).text


def test_what_nobody_answered_by_then_is_overdue_since_then(walk: Callable[[datetime], Client]) -> None:
    # Friday's answer was due at noon, as one hour was left of Friday.
    assert names(walk(NOON + timedelta(minutes=1)), "due=overdue") == ["Friday"]
    desk = walk(AFTER_ONE)
    assert (names(desk, "due=overdue"), names(desk, "due=today")) == (["Friday", "Saturday", "Sunday"], [])
    assert shown(desk, "Overdue")[1] == "Saturday: Answer the enquiry · overdue since today · nobody's"
    assert shown(walk(TUESDAY), "Overdue")[1] == "Saturday: Answer the enquiry · overdue by 1 day · nobody's"


def test_what_somebody_planned_is_overdue_on_the_day_after(walk: Callable[[datetime], Client]) -> None:
    Lead.objects.filter(name="Friday").update(next_action="Ring her before five")
    assert shown(walk(MONDAY_AT_NINE), "Overdue") == ["Friday: Ring her before five · overdue by 3 days · nobody's"]


def test_who_was_called_and_has_their_plan_of_friday_still_is_overdue(
    walk: Callable[[datetime], Client], staff: Any
) -> None:
    desk = walk(SUNDAY)
    lead = Lead.objects.get(name="Friday")
    assert desk.post(f"{lead.get_absolute_url()[:-7]}call/", {"outcome": "spoke"}).status_code == 302
    assert names(walk(MONDAY_AT_NINE), "due=overdue") == ["Friday"]


def test_who_wrote_again_on_the_weekend_in_the_midst_of_a_conversation_is_due_on_monday(
    walk: Callable[[datetime], Client], ask: Callable[..., Any], staff: Any
) -> None:
    walk(SUNDAY)
    lead = Lead.objects.get(name="Friday")
    move_lead(lead=lead, stage="in_conversation", next_action_on=date(2026, 4, 1), by=staff)
    ask(name="Friday", email="friday@example.org", message="One more thing")
    assert "Friday" in names(walk(MONDAY_AT_NINE), "due=today")
    assert names(walk(TUESDAY), "due=overdue")[-1] == "Friday"
