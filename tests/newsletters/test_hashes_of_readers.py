"""Beside each reader's address stands its hash, so that Postgres finds whom nothing may be sent to."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from foundation.tokens import hash_address
from mailings.models import Suppression
from newsletters import actions, segments, tasks
from newsletters.actions import hashing
from newsletters.models import Newsletter, Subscriber
from tests.newsletters.readers import new_reader

ZOE, BOB, MAX = (f"{name}@example.org" for name in ("zoe", "bob", "max"))


@pytest.fixture
def readers(first_content: None) -> list[Subscriber]:
    return [new_reader(address) for address in (ZOE, BOB, MAX)]


@pytest.fixture
def zoe_is_barred(readers: list[Subscriber]) -> None:
    """And on the list all the same, as nobody who is taken off it by what stops them."""
    Suppression.objects.create(address_hash=hash_address(ZOE), reason=Suppression.Reason.COMPLAINT)


def as_the_build_before_wrote_them(*addresses: str) -> None:
    Subscriber.objects.filter(email__in=addresses).update(address_hash=None)


def who(newsletter: Newsletter) -> list[str]:
    return sorted(newsletter.recipients.values_list("subscriber__email", flat=True))


def test_a_reader_is_hashed_as_they_sign_up(readers: list[Subscriber]) -> None:
    hashes = Subscriber.objects.values_list("email", "address_hash")
    assert dict(hashes) == {address: hash_address(address) for address in (ZOE, BOB, MAX)}


@pytest.mark.parametrize("unhashed", [(), (ZOE,), (BOB,), (ZOE, BOB, MAX)])
def test_who_is_barred_is_left_out_hashed_or_not(
    zoe_is_barred: None, under_way: Callable[[], Newsletter], monkeypatch: Any, unhashed: tuple[str, ...]
) -> None:
    monkeypatch.setattr(segments, "ADDRESSES_AT_ONCE", 1)
    as_the_build_before_wrote_them(*unhashed)
    newsletter = under_way()
    assert (newsletter.candidates, who(newsletter)) == (2, [BOB, MAX])


def test_what_was_lifted_bars_nobody(zoe_is_barred: None, under_way: Callable[[], Newsletter]) -> None:
    Suppression.objects.update(lifted_at="2026-01-02T00:00Z")
    assert who(under_way()) == [BOB, MAX, ZOE]


def test_the_worker_hashes_what_the_build_before_wrote_some_at_a_time(
    readers: list[Subscriber], monkeypatch: Any
) -> None:
    monkeypatch.setattr(hashing, "AT_ONCE", 2)
    as_the_build_before_wrote_them(ZOE, BOB, MAX)
    left = []
    for _turn in range(3):
        tasks.look_after()
        left.append(Subscriber.objects.unhashed().count())
    assert left == [1, 0, 0]
    assert Subscriber.objects.get(email=MAX).address_hash == hash_address(MAX)


def test_an_address_that_is_changed_loses_the_hash_of_the_old_one(
    zoe_is_barred: None, under_way: Callable[[], Newsletter]
) -> None:
    # By plain SQL in either direction: from a barred address to a free one, and the other way round.
    Subscriber.objects.filter(email=ZOE).update(email="new@example.org")
    Subscriber.objects.filter(email=BOB).update(email=ZOE)
    assert Subscriber.objects.unhashed().count() == 2
    assert who(under_way()) == [MAX, "new@example.org"]


def test_one_saved_anew_with_another_address_is_hashed_anew(readers: list[Subscriber]) -> None:
    reader = Subscriber.objects.get(email=ZOE)
    reader.email = "new@example.org"
    reader.save()
    assert Subscriber.objects.get(pk=reader.pk).address_hash == hash_address("new@example.org")


def elsewhere(act: Callable[[], Any]) -> Any:
    """In a connection of its own, where nothing waits for long; what it says."""

    def impatiently() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(impatiently).result()


@pytest.mark.django_db(transaction=True)
def test_an_issue_begins_while_its_readers_are_hashed(
    readers: list[Subscriber], under_way: Callable[[], Newsletter]
) -> None:
    as_the_build_before_wrote_them(ZOE, BOB, MAX)
    with transaction.atomic():
        assert actions.fill_hashes() == 3
        assert elsewhere(lambda: under_way().candidates) == 3


@pytest.mark.django_db(transaction=True)
def test_the_worker_waits_for_nobody_who_is_being_erased_or_changed(readers: list[Subscriber]) -> None:
    as_the_build_before_wrote_them(ZOE, BOB, MAX)
    with transaction.atomic():
        assert actions.erase_subscriber(subscriber=readers[0].uuid)
        Subscriber.objects.filter(email=BOB).update(email="new@example.org")
        assert elsewhere(actions.fill_hashes) == 1
    assert actions.fill_hashes() == 1
    hashes = Subscriber.objects.values_list("email", "address_hash")
    assert dict(hashes) == {address: hash_address(address) for address in ("new@example.org", MAX)}


def test_counting_them_reads_nobody(
    readers: list[Subscriber], draft: Newsletter, django_assert_max_num_queries: Any
) -> None:
    """A million addresses in memory were 250 MB, and hashing them took seconds at each look at a draft."""
    found = rows_read(lambda: segments.count(draft))
    as_the_build_before_wrote_them(ZOE, BOB, MAX)
    assert (found, rows_read(lambda: segments.count(draft))) == (ROWS, ROWS + 3)


# How many people.
ROWS = 1


def rows_read(ask: Callable[[], int]) -> int:
    counts = []

    def counted(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        try:
            return execute(sql, params, many, context)
        finally:
            counts.append(context["cursor"].rowcount)

    with connection.execute_wrapper(counted):
        assert ask() == 3
    return sum(counts)
