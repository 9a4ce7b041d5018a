"""What this process read last, for the moments in which the database is away."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError

Value = TypeVar("Value")

OUTAGES = (OperationalError, InterfaceError)
# One request reads several things; after the first has waited for the connection, the others must not wait again.
BELIEVED_SECONDS = 1.0

_away_until = 0.0
# A page asks for the clinic's name and the wordings ten times over, and must not see them change in between.
_seen_in_this_request: ContextVar[dict[Any, Any] | None] = ContextVar("seen_in_this_request", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """While it lasts, each reader asks the database once."""
    entered = _seen_in_this_request.set({})
    try:
        yield
    finally:
        _seen_in_this_request.reset(entered)


def note_outage() -> None:
    """Called by whoever just met an outage."""
    global _away_until
    _away_until = time.monotonic() + BELIEVED_SECONDS


def last_known(default: Callable[[], Any]) -> Callable[[Callable[[], Value]], Callable[[], Value]]:
    """Makes a reader give its last value, or default(), while the database is away."""

    def decorate(read: Callable[[], Value]) -> Callable[[], Value]:
        kept: list[Value] = []

        @wraps(read)
        def reader() -> Value:
            seen = _seen_in_this_request.get()
            if seen is None:
                return last()
            if reader not in seen:
                seen[reader] = last()
            return seen[reader]

        def last() -> Value:
            if time.monotonic() < _away_until:
                return kept[0] if kept else default()
            try:
                kept[:] = [read()]
            except OUTAGES:
                note_outage()
            return kept[0] if kept else default()

        return reader

    return decorate
