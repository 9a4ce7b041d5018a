from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import BigIntegerField, DateField, DateTimeField
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from foundation.prepared import Blank, Found, Lists, Rows, Several

NOW = Blank("now", DateTimeField())
HOUR = timedelta(hours=1)


def accounts() -> Any:
    return get_user_model()._default_manager


@pytest.fixture
def three(db: None) -> list[Any]:
    made = [accounts().create_user(f"zoe{number}@clinic.example", name="Zoë O'Brien & Sons") for number in range(3)]
    for number, account in enumerate(made):
        accounts().filter(pk=account.pk).update(joined_at=timezone.now() - number * HOUR)
    return made


def joined() -> dict[str, Any]:
    people = accounts().filter(email__startswith="zoe")
    return {"since": people.filter(joined_at__gt=NOW).order_by("-joined_at"), "all": people.order_by("joined_at")}


def test_lists_are_counted_and_begun_in_their_order_by_one_statement(three: list[Any]) -> None:
    lists = Lists(joined, first=2)
    with CaptureQueriesContext(connection) as asked:
        found = lists.ask(now=timezone.now() - HOUR / 2)
    assert len(asked) == 1
    assert found["since"] == Found(1, [three[0].pk])
    assert found["all"] == Found(3, [three[2].pk, three[1].pk])


def test_what_was_left_blank_is_filled_in_each_time(three: list[Any]) -> None:
    lists = Lists(joined)
    assert [lists.ask(now=timezone.now() - hours * HOUR)["since"].count for hours in (0, 1.5, 3)] == [0, 2, 3]
    assert accounts().filter(email__startswith="zoe").count() == lists.ask(now=timezone.now())["all"].count


def test_nothing_beyond_the_most_is_counted(three: list[Any]) -> None:
    assert Lists(joined, first=1).ask(now=timezone.now(), most=2)["all"] == Found(2, [three[2].pk])


def test_the_numbers_of_all_come_in_any_order(three: list[Any]) -> None:
    found = Lists(joined, first=None).ask(now=timezone.now())["all"]
    assert (found.count, set(found.first)) == (3, {one.pk for one in three})


def test_a_blank_bears_something_added_to_it(three: list[Any]) -> None:
    lists = Lists(lambda: {"earlier": accounts().filter(joined_at__gt=NOW + -HOUR, email__startswith="zoe")})
    assert lists.ask(now=timezone.now() - HOUR / 2)["earlier"].count == 2


def test_a_moment_that_would_stand_still_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="Blank"):
        Lists(lambda: {"stale": accounts().filter(joined_at__gt=timezone.now())}).ask()


def test_rows_are_read_with_what_they_point_at_and_anew_each_time(three: list[Any]) -> None:
    rows = Rows(lambda: accounts().filter(pk=Blank("who", BigIntegerField())))
    assert [rows.ask(who=one.pk) for one in three] == [[one] for one in three]
    accounts().filter(pk=three[0].pk).update(name="Łukasz")
    assert [one.name for one in rows.ask(who=three[0].pk)] == ["Łukasz"]


def test_another_thread_asks_by_its_own_connection(db: None) -> None:
    rows = Rows(lambda: accounts().filter(pk=Blank("who", BigIntegerField())))
    seen: list[Any] = []
    assert rows.ask(who=0) == []

    def ask() -> None:
        # Django refuses a connection that another thread made.
        seen.append(rows.ask(who=0))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert seen == [[]]


def test_several_are_looked_for_whether_there_are_none_or_many(three: list[Any]) -> None:
    rows = Rows(lambda: accounts().filter(pk__in=Several("who", BigIntegerField())).order_by("pk"))
    assert [rows.ask(who=[one.pk for one in some]) for some in ([], three[:1], three)] == [[], three[:1], three]
    assert rows.first(who=[]) is None
    assert " = ANY(%s::bigint[])" in rows.written[2].sql


def test_what_is_added_to_a_blank_twice_is_added_twice() -> None:
    now = timezone.now()
    assert (Blank("now", DateTimeField()) + HOUR + HOUR).filled_in({"now": now}) == now + 2 * HOUR


def test_a_list_that_can_hold_nobody_is_empty(three: list[Any]) -> None:
    assert Rows(lambda: accounts().filter(pk__in=[])).ask() == []
    assert Lists(lambda: {"none": accounts().none(), "all": accounts().all()}).ask()["none"].count == 0


def test_the_zone_of_whoever_asks_first_is_refused(three: list[Any]) -> None:
    with pytest.raises(ValueError, match="the zone"):
        Rows(lambda: accounts().filter(joined_at__date=Blank("day", DateField()))).ask(day=timezone.localdate())
