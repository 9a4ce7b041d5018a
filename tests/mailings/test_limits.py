from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from foundation.budgets import NETWORK, OVERALL, Limit, draw, over_budget
from foundation.held import HeldReason
from foundation.models import Budget
from foundation.tasks import forget_old_budgets
from mailings import limits
from mailings.models import OutgoingEmail, Why
from newsletters.models import Subscriber

State = Subscriber.State
SMALL = Limit(3, 6, "because")


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def drawn(times: int, limit: Limit = SMALL) -> int:
    return sum(draw("somebody", limit) for _time in range(times))


def test_so_many_at_once_and_not_one_more(db: None, clock: Any) -> None:
    assert drawn(10) == 3


def test_it_fills_up_by_the_hour_and_never_over_the_brim(db: None, clock: Any) -> None:
    drawn(3)
    clock.shift(599)
    assert drawn(3) == 0
    clock.shift(1)
    assert drawn(3) == 1
    clock.shift(30 * 24 * 3600)
    assert drawn(10) == 3


def test_a_draw_that_fails_does_not_put_off_the_next(db: None, clock: Any) -> None:
    drawn(3)
    for _minute in range(10):
        clock.shift(60)
        last = draw("somebody", SMALL)
    assert last


def test_a_server_whose_clock_is_behind_loses_nothing_and_gains_nothing(db: None, clock: Any) -> None:
    drawn(1)
    clock.shift(-1800)
    assert drawn(1) == 1
    clock.shift(1800)
    assert drawn(3) == 1


def test_a_date_far_ahead_was_a_wrong_clock_and_holds_nobody_up(db: None, clock: Any) -> None:
    drawn(3)
    clock.shift(-1_000_000)
    assert drawn(5) == 3


def test_thirty_posts_of_one_network_are_within_the_limits(db: None, clock: Any) -> None:
    reasons = [over_budget("198.51.100.1") for _post in range(31)]
    assert reasons == [""] * 30 + ["busy_network"]
    assert over_budget("198.51.100.2") == ""


def test_three_hundred_posts_of_all_networks_are_within_the_limits(db: None, clock: Any) -> None:
    reasons = [over_budget(f"198.51.100.{number}") for number in range(301)]
    assert reasons == [""] * 300 + ["busy_hour"]


def test_what_one_network_posts_beyond_its_share_takes_nothing_from_the_others(db: None, clock: Any) -> None:
    for _post in range(400):
        over_budget("198.51.100.1")
    assert Budget.objects.get(scope="overall").left == OVERALL.at_once - NETWORK.at_once


def test_limits_can_be_lifted_for_load_tests(db: None, settings: Any) -> None:
    settings.FORM_LIMITS = False
    assert {over_budget("198.51.100.1") for _post in range(400)} == {""}
    assert not Budget.objects.exists()


def test_no_row_tells_whose_network_it_is(db: None) -> None:
    over_budget("198.51.100.1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(budget::text, ' ') FROM mailings_budget AS budget")
        assert "198.51" not in cursor.fetchone()[0]


def test_buckets_are_forgotten_after_two_days(db: None, clock: Any) -> None:
    over_budget("198.51.100.1")
    clock.shift(24 * 3600)
    over_budget("198.51.100.2")
    clock.shift(24 * 3600 + 1)
    forget_old_budgets()
    assert Budget.objects.count() == 2
    clock.shift(24 * 3600)
    forget_old_budgets()
    assert Budget.objects.count() == 0


@pytest.fixture
def subscribe(client: Client, first_content: None, clock: Any) -> Callable[..., Any]:
    def post(address: str, **more: Any) -> Any:
        return client.post("/newsletter/", {"email": address, "consent": "on"}, **more)

    return post


@pytest.fixture
def spent(subscribe: Callable[..., Any]) -> None:
    for _post in range(NETWORK.at_once):
        subscribe("first@example.com")


def test_a_sign_up_over_budget_is_held_with_the_reason_and_answered_like_any_other(
    spent: None, subscribe: Callable[..., Any]
) -> None:
    held, usual = subscribe("zoe@example.com"), subscribe("person@example.com", REMOTE_ADDR="198.51.100.7")
    assert (held.status_code, held.content, dict(held.headers)) == (
        usual.status_code,
        usual.content,
        dict(usual.headers),
    )
    subscriber = Subscriber.objects.get(email="zoe@example.com")
    assert (subscriber.state, subscriber.held_reason) == (State.HELD, str(NETWORK.reason))
    assert OutgoingEmail.objects.to("zoe@example.com").count() == 0
    assert Subscriber.objects.get(email="person@example.com").state == State.PENDING


def test_staff_see_why_a_sign_up_is_held_and_release_it(
    spent: None, subscribe: Callable[..., Any], desk: Client
) -> None:
    subscribe("zoe@example.com")
    subscriber = Subscriber.objects.get(email="zoe@example.com")
    url = f"/admin/newsletters/subscriber/{subscriber.pk}"
    assert "same internet connection" in desk.get("/admin/newsletters/subscriber/?state__exact=held").text
    assert "same internet connection" in desk.get(f"{url}/change/").text
    desk.post(f"{url}/release/")
    subscriber.refresh_from_db()
    assert (subscriber.state, subscriber.held_reason) == (State.PENDING, "")
    assert OutgoingEmail.objects.to("zoe@example.com").count() == 1


def test_over_budget_nobody_who_waits_for_confirmation_loses_their_link(
    spent: None, subscribe: Callable[..., Any]
) -> None:
    subscribe("first@example.com")
    assert Subscriber.objects.get().state == State.PENDING


def test_who_asks_again_within_the_limits_is_held_no_longer(
    spent: None, subscribe: Callable[..., Any], clock: Any
) -> None:
    subscribe("zoe@example.com")
    clock.shift(3600)
    subscribe("Zoe@Example.com")
    subscriber = Subscriber.objects.get(email="zoe@example.com")
    assert (subscriber.state, subscriber.held_reason) == (State.PENDING, "")


def test_robots_in_the_trap_use_up_nobodys_budget(subscribe: Callable[..., Any], client: Client) -> None:
    for _post in range(40):
        client.post("/newsletter/", {"email": "zoe@example.com", "consent": "on", "leave_this_empty": "x"})
    assert not Budget.objects.exists()


def test_a_broken_budget_gives_the_form_back_as_typed(subscribe: Callable[..., Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE mailings_budget RENAME TO away")
    response = subscribe("zoe@example.com")
    assert response.status_code == 503
    assert "zoe@example.com" in response.text


def test_what_is_said_of_a_limit_names_its_numbers() -> None:
    written = {1: "a", 3: "three"}
    assert (timedelta(days=1), timedelta(days=30)) == (limits.DAY, limits.MONTH)
    share = f"within {written[limits.PER_DAY]} day, or {written[limits.PER_MONTH]} within a month"
    assert share in str(Why.HAD_ITS_SHARE.label)
    for limit in (NETWORK, OVERALL):
        assert limit.at_once == limit.per_hour
        assert f"more than {limit.per_hour} forms" in str(HeldReason(limit.reason).label)
