"""Wakes the workers. Nothing is lost when nobody hears it: the sweep finds every row."""

import logging
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Any

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

# A worker waits behind this call, and the end of any process: a broker that swallows all costs a fraction of a second.
FAIL_FAST = {
    "socket_timeout": 0.2,
    "socket_connect_timeout": 0.2,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "connect_retries_timeout": 1,
}


# After a failure nobody waits for the broker again so soon; by then the sweep has come.
QUIET_SECONDS = 5
_quiet_until = 0.0
# Connected, and in nobody's hands.
_at_rest: list[Any] = []

# A message costs a web process a fifth of what a whole post does: what is committed while one waits is told by it, too.
SECONDS_BETWEEN_MESSAGES = 0.05
_hand: ThreadPoolExecutor
_message_waits: Lock


def _begin() -> None:
    global _hand, _message_waits
    _hand, _message_waits = ThreadPoolExecutor(1, "doorbell"), Lock()


_begin()
# A thread stays behind with the parent, and with it a lock that it would have let go.
os.register_at_fork(after_in_child=_begin)


def ring_after_commit() -> None:
    """Once for a transaction, however many mails it queues."""
    hooks = transaction.get_connection().run_on_commit
    if not any(function is ring for _savepoints, function, _robust in hooks):
        # robust: the request is saved, so no failure here may answer it with an error.
        transaction.on_commit(ring, robust=True)


@contextmanager
def producer() -> Iterator[Any]:
    """To connect costs six times what the message does. One that failed is dropped: its connection may hang again."""
    try:
        kept = _at_rest.pop()
    except IndexError:
        kept = current_app.amqp.Producer(current_app.connection(transport_options=FAIL_FAST))
    try:
        yield kept
    except BaseException:
        kept.connection.release()
        raise
    _at_rest.append(kept)


def ring() -> None:
    """Asks a worker to drain the outbox, by a thread of its own: no visitor waits for a broker."""
    if not _message_waits.acquire(blocking=False):
        return
    try:
        _hand.submit(_call_soon)
    except RuntimeError:
        # No thread could be had. The next one to ring may get one.
        _message_waits.release()
        raise


def _call_soon() -> None:
    # What is committed from here on may come too late for this message.
    _message_waits.release()
    call()
    time.sleep(SECONDS_BETWEEN_MESSAGES)


def call() -> None:
    """Asks at once; a broker that cannot be reached is only logged."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        with producer() as kept:
            current_app.send_task("mailings.deliver_mail", producer=kept, retry=False, ignore_result=True)
    except Exception as error:  # the broker's client raises many kinds; none of them may matter
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("the broker cannot be reached, mail waits for the sweep: %s", type(error).__name__)
