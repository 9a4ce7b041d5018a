import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from celery import current_app
from django.db import transaction

from mailings import doorbell
from tests.embedded.site import free_port


def heard() -> None:
    # There is one thread, and it takes one after the other.
    doorbell._hand.submit(int).result()


@pytest.fixture(autouse=True)
def not_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever tested before this has rung, too.
    heard()
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)


@pytest.fixture
def closed_port(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = current_app.conf.broker_url
    monkeypatch.setattr(doorbell, "_at_rest", [])
    current_app.conf.broker_url = current_app.conf.broker_write_url = f"redis://127.0.0.1:{free_port()}/0"
    yield
    current_app.conf.broker_url = current_app.conf.broker_write_url = before


def test_a_broker_that_is_not_there_is_logged_and_costs_little(
    closed_port: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seconds_of_a_ring() -> float:
        monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
        began = time.monotonic()
        doorbell.call()
        return time.monotonic() - began

    # The quickest of three: how long a busy machine stood still is not what is asked here.
    assert min(seconds_of_a_ring() for _ring in range(3)) < 1
    assert caplog.text.count("mail waits for the sweep") == 3


def test_after_a_failure_nobody_waits_for_the_broker_again_at_once(closed_port: None, caplog: Any) -> None:
    doorbell.call()
    doorbell.call()
    assert caplog.text.count("mail waits for the sweep") == 1


def test_many_mails_of_one_transaction_ring_once(db: None, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as callbacks, transaction.atomic():
        for _mail in range(3):
            doorbell.ring_after_commit()
    assert callbacks == [doorbell.ring]


@pytest.fixture
def broker() -> Iterator[Any]:
    with current_app.connection() as connection:
        yield connection.default_channel.client


def test_rings_of_one_moment_are_one_message_and_one_after_it_is_another(broker: Any) -> None:
    before, busy = broker.llen("celery"), Event()
    doorbell._hand.submit(busy.wait)
    for _ring in range(3):
        doorbell.ring()
    busy.set()
    heard()
    assert broker.llen("celery") == before + 1
    doorbell.ring()
    heard()
    assert broker.llen("celery") == before + 2


def test_a_ring_for_which_no_thread_could_be_had_silences_none_after_it(broker: Any) -> None:
    heard()
    before = broker.llen("celery")
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as gone:
        gone.shutdown()
        patch.setattr(doorbell, "_hand", gone)
        with pytest.raises(RuntimeError):
            doorbell.ring()
    doorbell.ring()
    heard()
    assert broker.llen("celery") == before + 1


def test_rings_share_one_connection(broker: Any) -> None:
    doorbell.call()
    before = broker.info("stats")["total_connections_received"]
    for _ring in range(3):
        doorbell.call()
    assert broker.info("stats")["total_connections_received"] == before


def test_a_broker_that_hung_up_between_two_rings_hears_the_second(broker: Any) -> None:
    doorbell.call()
    waiting = broker.llen("celery")
    broker.client_kill_filter(_type="normal", skipme=True)
    doorbell.call()
    assert broker.llen("celery") == waiting + 1


def test_after_a_failure_a_ring_connects_anew(closed_port: None) -> None:
    doorbell.call()
    assert doorbell._at_rest == []
