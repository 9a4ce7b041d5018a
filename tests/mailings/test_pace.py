import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from mailings import pace
from mailings.actions import queue_email
from mailings.models import BulkMinute, BulkPace, BulkSlot, OutgoingEmail

pytestmark = pytest.mark.django_db


ONE_MAIL = timedelta(seconds=60)
NO_SLOT = "no slot is free soon"


def take(per_second: int = 0, per_hour: int = 0, per_day: int = 0) -> pace.Turn | None:
    with patch.multiple(settings, BULK_PER_SECOND=per_second, BULK_PER_HOUR=per_hour, BULK_PER_DAY=per_day):
        return pace._take_turn(ONE_MAIL)


def taken(per_second: int) -> pace.Turn:
    """As `take`, of a turn that there is."""
    turn = take(per_second)
    assert turn is not None
    assert turn.slot is not None, NO_SLOT
    return turn


def test_turns_of_one_second_lie_apart_whoever_takes_them() -> None:
    began = timezone.now()
    for _worker in range(14):
        taken(14)
    assert BulkPace.objects.get().next_at >= began + timedelta(seconds=0.94)


def test_as_many_mails_as_may_go_in_a_second_are_on_the_wire_and_no_more() -> None:
    turns = [taken(14) for _mail in range(14)]
    assert len({turn.slot for turn in turns}) == 14
    one_more = take(14)
    assert one_more is not None
    assert (one_more.slot, one_more.seconds) == (None, 1.5)


def test_the_place_of_an_answered_mail_is_anothers_a_second_after_the_answer() -> None:
    first, *_others = [taken(3) for _mail in range(3)]
    answered = timezone.now()
    first.end()
    after = taken(3)
    assert after.slot == first.slot
    assert after.held_until is not None
    assert after.held_until - ONE_MAIL - timedelta(seconds=pace.MOST_LATE) > answered + timedelta(seconds=1)


def test_whoever_died_with_a_slot_keeps_it_for_as_long_as_a_mail_is_on_the_wire() -> None:
    died = taken(1)
    BulkPace.objects.update(next_at=timezone.now())
    assert died.held_until is not None
    assert died.held_until - timezone.now() > ONE_MAIL
    BulkSlot.objects.update(free_at=timezone.now())
    successor = taken(1)
    # Whom everybody took for dead gives back what is another's by now.
    died.end()
    assert BulkSlot.objects.get().free_at == successor.held_until


def test_a_limit_that_is_lowered_or_raised_holds_at_once() -> None:
    for _mail in range(3):
        taken(14).end()
    BulkSlot.objects.update(free_at=timezone.now())
    BulkPace.objects.update(next_at=timezone.now())
    assert {taken(2).slot, taken(2).slot} == {1, 2}
    found = take(2)
    assert found is not None
    assert found.slot is None
    BulkSlot.objects.update(free_at=timezone.now())
    BulkPace.objects.update(next_at=timezone.now())
    assert {taken(20).slot for _mail in range(20)} == set(range(1, 21))


def test_a_worker_does_not_wait_long_for_its_turn_and_takes_none_then() -> None:
    taken(1)
    BulkPace.objects.update(next_at=timezone.now() + timedelta(seconds=30))
    before = BulkPace.objects.get().next_at
    turn = take(1)
    assert turn is not None
    assert turn.slot is None
    assert BulkPace.objects.get().next_at == before
    assert sum(BulkMinute.objects.values_list("mails", flat=True)) == 1


def set_back(clock: timedelta, *held: pace.Turn) -> list[pace.Turn]:
    """Whatever was written before lies so much further ahead; the turns as their workers know them then."""
    BulkPace.objects.update(next_at=F("next_at") + clock)
    BulkSlot.objects.update(free_at=F("free_at") + clock)
    return [replace(turn, held_until=turn.held_until + clock) for turn in held if turn.held_until]


@pytest.mark.parametrize("clock", [timedelta(seconds=3), timedelta(days=1)])
def test_a_clock_that_is_set_back_frees_nothing_that_is_on_the_wire_or_was_answered_just_now(clock: timedelta) -> None:
    on_the_wire, answered = taken(2), taken(2)
    answered.end()
    [on_the_wire] = set_back(clock, on_the_wire)
    turn = take(2)
    assert turn is not None
    assert turn.slot is None
    on_the_wire.end()
    BulkPace.objects.update(next_at=timezone.now())
    assert taken(2).slot == on_the_wire.slot


def test_a_clock_that_ran_ahead_stops_nothing_for_longer_than_a_mail_is_on_the_wire() -> None:
    taken(1)
    set_back(timedelta(days=1))
    take(1)
    assert BulkSlot.objects.get().free_at - timezone.now() < ONE_MAIL + timedelta(seconds=pace.MOST_LATE)
    BulkSlot.objects.update(free_at=timezone.now())
    assert taken(1).seconds == 0


@pytest.mark.parametrize(("limit", "ago"), [("per_hour", timedelta(minutes=50)), ("per_day", timedelta(hours=23))])
def test_what_went_within_the_hour_or_day_counts_after_a_restart_too(limit: str, ago: timedelta) -> None:
    BulkMinute.objects.create(minute=timezone.now() - ago, mails=9)
    assert take(**{limit: 10}) is not None
    assert take(**{limit: 10}) is None


def test_what_went_while_a_clock_ran_ahead_counts_for_an_hour_from_now_and_no_longer(settings: Any) -> None:
    ahead = timezone.now() + timedelta(days=1)
    BulkMinute.objects.bulk_create(BulkMinute(minute=ahead + timedelta(minutes=n), mails=5) for n in range(2))
    BulkPace.objects.create(id=1, next_at=ahead, closed_until=ahead)
    bulk = queue_email(kind="newsletter", address="anna@example.org", dedupe_key="bulk")
    assert set(OutgoingEmail.objects.due(timezone.now()).flowing()) == {bulk}
    assert not BulkPace.objects.is_closed(timezone.now())
    assert take(per_hour=10) is None
    BulkMinute.objects.update(minute=F("minute") - timedelta(minutes=62))
    assert take(per_hour=10) is not None


def test_a_used_up_hour_holds_newsletters_and_nothing_else(settings: Any) -> None:
    settings.BULK_PER_HOUR = 1
    packet = queue_email(kind="packet", address="anna@example.org", dedupe_key="packet")
    bulk = queue_email(kind="newsletter", address="anna@example.org", dedupe_key="bulk")
    assert pace.wait_for_turn(ONE_MAIL)
    assert set(OutgoingEmail.objects.due(timezone.now()).flowing()) == {packet, bulk}
    assert not pace.wait_for_turn(ONE_MAIL)
    assert set(OutgoingEmail.objects.due(timezone.now()).flowing()) == {packet}


@pytest.mark.parametrize(
    ("took", "slept", "goes"),
    [(0.1, [0.9], True), (3.5, [], True), (90.0, [], False)],
)
def test_what_is_done_meanwhile_is_part_of_the_wait_and_a_turn_that_is_long_over_is_left(
    took: float, slept: list[float], goes: bool, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BULK_PER_SECOND = 1
    BulkPace.objects.create(id=1, next_at=timezone.now() + timedelta(seconds=1.2))
    clock, waits = [1000.0], list[float]()
    monkeypatch.setattr(pace.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(pace.time, "sleep", waits.append)

    def write() -> None:
        clock[0] += took

    assert bool(pace.wait_for_turn(ONE_MAIL, meanwhile=write)) == goes
    assert waits[:1] == [pytest.approx(wait, abs=0.3) for wait in slept]


def test_whoever_finds_all_slots_on_the_wire_asks_again_and_leaves_in_the_end(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BULK_PER_SECOND = 1
    on_the_wire = taken(1)
    waits = list[float]()
    monkeypatch.setattr(pace.time, "sleep", waits.append)
    assert not pace.wait_for_turn(ONE_MAIL)
    assert waits == [pytest.approx(1.5, abs=0.2)] * pace.MOST_ASKED
    monkeypatch.setattr(pace.time, "sleep", lambda _seconds: on_the_wire.end())
    assert pace.wait_for_turn(ONE_MAIL)


def test_a_turn_that_comes_between_two_looks_at_the_clock_is_not_slept_for(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BULK_PER_SECOND = 1
    BulkPace.objects.create(id=1, next_at=timezone.now() + timedelta(seconds=0.8))
    # Each look is later than the one before.
    clock = itertools.count(1000.0, 0.45)
    monkeypatch.setattr(pace.time, "monotonic", lambda: next(clock))
    assert pace.wait_for_turn(ONE_MAIL)


def test_without_a_limit_nobody_waits() -> None:
    assert pace.wait_for_turn(ONE_MAIL)
    assert not BulkPace.objects.exists()


@pytest.mark.parametrize(("limits", "hours"), [((1, 0, 0), 0.55), ((0, 600, 0), 3.0), ((0, 0, 900), 48.0)])
def test_how_long_it_takes_follows_the_slowest_limit(settings: Any, limits: tuple[int, int, int], hours: float) -> None:
    settings.BULK_PER_SECOND, settings.BULK_PER_HOUR, settings.BULK_PER_DAY = limits
    assert pace.duration(1800) == timedelta(hours=hours)
