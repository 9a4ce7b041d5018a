from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from mailings import pace
from mailings.actions import queue_email
from mailings.models import BulkMinute, BulkPace, OutgoingEmail

pytestmark = pytest.mark.django_db


def slot(per_second: int = 0, per_hour: int = 0, per_day: int = 0) -> float | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT take_bulk_slot(%s, %s, %s)", [per_second, per_hour, per_day])
        return cursor.fetchone()[0]


def test_slots_of_one_second_lie_apart_whoever_takes_them() -> None:
    began = timezone.now()
    for _worker in range(14):
        assert slot(per_second=14) is not None
    # The fourteenth and the first are further apart than a second divided by their number.
    assert BulkPace.objects.get().next_at >= began + timedelta(seconds=1)


def test_a_worker_does_not_wait_long_for_its_turn_and_takes_no_slot_then() -> None:
    slot(per_second=1)
    BulkPace.objects.update(next_at=timezone.now() + timedelta(seconds=30))
    before = BulkPace.objects.get().next_at
    assert slot(per_second=1) is None
    assert BulkPace.objects.get().next_at == before


def test_a_clock_that_ran_ahead_stops_nothing() -> None:
    slot(per_second=1)
    BulkPace.objects.update(next_at=timezone.now() + timedelta(days=1))
    assert slot(per_second=1) == 0


@pytest.mark.parametrize(("limit", "ago"), [("per_hour", timedelta(minutes=50)), ("per_day", timedelta(hours=23))])
def test_what_went_within_the_hour_or_day_counts_after_a_restart_too(limit: str, ago: timedelta) -> None:
    BulkMinute.objects.create(minute=timezone.now() - ago, mails=9)
    assert slot(**{limit: 10}) is not None
    assert slot(**{limit: 10}) is None


def test_a_used_up_hour_holds_newsletters_and_nothing_else(settings: Any) -> None:
    settings.BULK_PER_HOUR = 1
    packet = queue_email(kind="packet", address="anna@example.org", dedupe_key="packet")
    bulk = queue_email(kind="newsletter", address="anna@example.org", dedupe_key="bulk")
    assert pace.wait_for_turn()
    assert set(OutgoingEmail.objects.due(timezone.now()).flowing()) == {packet, bulk}
    assert not pace.wait_for_turn()
    assert set(OutgoingEmail.objects.due(timezone.now()).flowing()) == {packet}


@pytest.mark.parametrize(("took", "slept", "goes"), [(1.0, [2.0], True), (3.5, [0.6], True), (90.0, [], False)])
def test_what_is_done_meanwhile_is_part_of_the_wait_and_a_slot_that_is_missed_is_given_up_for_the_next(
    took: float, slept: list[float], goes: bool, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BULK_PER_SECOND = 1
    slot(per_second=1)
    BulkPace.objects.update(next_at=timezone.now() + timedelta(seconds=3))
    clock, waits = [1000.0], list[float]()
    monkeypatch.setattr(pace.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(pace.time, "sleep", waits.append)

    def write() -> None:
        clock[0] += took

    assert pace.wait_for_turn(meanwhile=write) == goes
    assert waits == [pytest.approx(wait, abs=0.5) for wait in slept]


def test_whoever_wakes_too_late_takes_another_slot(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BULK_PER_SECOND = 14
    BulkPace.objects.create(id=1, next_at=timezone.now() + timedelta(seconds=2))
    clock, waits = [1000.0], list[float]()
    held_up = iter([0.2, 0.0])

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += seconds + next(held_up)

    monkeypatch.setattr(pace.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(pace.time, "sleep", sleep)
    assert pace.wait_for_turn()
    assert len(waits) == 2


def test_without_a_limit_nobody_waits() -> None:
    assert pace.wait_for_turn()
    assert not BulkPace.objects.exists()


@pytest.mark.parametrize(("limits", "hours"), [((1, 0, 0), 0.625), ((0, 600, 0), 3.0), ((0, 0, 900), 48.0)])
def test_how_long_it_takes_follows_the_slowest_limit(settings: Any, limits: tuple[int, int, int], hours: float) -> None:
    settings.BULK_PER_SECOND, settings.BULK_PER_HOUR, settings.BULK_PER_DAY = limits
    assert pace.duration(1800) == timedelta(hours=hours)
