import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from mailings import delivery, pace
from mailings.models import BulkSlot, OutgoingEmail
from mailings.transport import SmtpBackend
from newsletters.models import Newsletter, Subscriber
from tests.mail_server import MailServer


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


class Late(MailServer):
    """Takes a mail half a second after the time limit of whoever waits for the answer."""

    LIMIT = 1

    def __init__(self) -> None:
        super().__init__()
        self.taken_at = list[float]()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        late = 1.5 * self.LIMIT if not self.taken_at else 0.0
        asyncio.get_running_loop().call_later(late, lambda: self.taken_at.append(time.monotonic()))
        await asyncio.sleep(late)
        return "250 taken"


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Late]:
    settings.EMAIL_TIMEOUT = Late.LIMIT
    with Late() as server:
        backend = SmtpBackend(host="127.0.0.1", port=server.port, timeout=Late.LIMIT)
        monkeypatch.setattr(delivery, "get_connection", lambda: backend)
        yield server


def test_a_mail_that_was_not_answered_counts_for_as_long_as_it_may_still_arrive(
    issue: Newsletter, late: Late, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A slot that was given back in spite of it would be free by then.
    monkeypatch.setattr(pace, "MOST_ASKED", 1)
    delivery.drain()
    delivery.drain()
    assert len(late.taken_at) == 1
    BulkSlot.objects.update(free_at=timezone.now())
    delivery.drain()
    first, second = late.taken_at
    assert second - first > 1
