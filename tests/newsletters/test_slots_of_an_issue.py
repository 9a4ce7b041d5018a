from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from mailings import delivery, pace
from mailings.models import BulkSlot, OutgoingEmail
from newsletters.models import Newsletter, Subscriber


@pytest.fixture
def issue(under_way: Callable[[], Newsletter], join: Callable[..., Subscriber], settings: Any) -> Newsletter:
    settings.BULK_PER_SECOND = 1
    for name in ("anna", "bob"):
        join(f"{name}@example.org")
    return under_way()


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits = list[float]()
    monkeypatch.setattr(pace.time, "sleep", waits.append)
    return waits


@pytest.fixture
def all_held(issue: Newsletter) -> None:
    BulkSlot.objects.create(pk=1, free_at=timezone.now() + delivery.one_mail())


def test_whoever_finds_all_slots_held_does_not_come_back_at_once(all_held: None, slept: list[float]) -> None:
    # Else it would sign in at the mail server anew every few seconds, for as long as an issue takes.
    assert not delivery.drain()
    assert sum(slept) == pytest.approx(1.5 * pace.MOST_ASKED, abs=0.5)
    assert OutgoingEmail.objects.filter(kind="newsletter", state="queued", lease_until=None).count() == 2


def test_whoever_asks_for_a_packet_waits_for_no_slot(
    all_held: None, ask: Callable[..., Any], deliver: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = list[int]()

    def sleep(_seconds: float) -> None:
        waits.append(len(mail.outbox))
        if len(waits) == 1:
            ask(email="zoe@example.org")

    monkeypatch.setattr(pace.time, "sleep", sleep)
    deliver()
    assert waits == [0, *[1] * pace.MOST_ASKED]
