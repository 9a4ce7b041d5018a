"""What this process read last: true until the content of the site moves, and beyond it while the database is away."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.utils.translation import get_language
from psycopg.errors import ReadOnlySqlTransaction

Value = TypeVar("Value")

OUTAGES = (OperationalError, InterfaceError)
# One request reads several things; after the first has waited for the connection, the others must not wait again.
BELIEVED_SECONDS = 1.0
# What somebody publishes is seen by every process within two.
LOOK_AGAIN_SECONDS = 1.0
# A process that nobody asked anything for longer does not know what was withdrawn before the database went away.
TRUSTED_SECONDS = 60.0

_away_until = 0.0
# When the database was first missed, since it was last heard of.
_missed_at: float | None = None
# A page asks for the clinic's name and the wordings ten times over, and must not see them change in between.
_seen_in_this_request: ContextVar[dict[Any, Any] | None] = ContextVar("seen_in_this_request", default=None)

_is_done_again: ContextVar[bool] = ContextVar("is_done_again", default=False)


class Content(NamedTuple):
    """Which content the database has. `version` moves with all that a public page shows; `frame` only with what
    stands on every one of them: the clinic's details, hours, wordings, topics.
    """

    version: UUID
    frame: UUID
    moved_at: datetime


# What each reader and each maker below keeps.
_all_kept: list[list[Any] | dict[Any, Any]] = []

_content: Content | None = None
# When whoever saw it began to look.
_content_at = float("-inf")
_looked_at = float("-inf")
_heard_at = float("-inf")


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
    global _away_until, _missed_at
    _missed_at = _missed_at or time.monotonic()
    _away_until = time.monotonic() + BELIEVED_SECONDS


def cause(error: BaseException) -> str:
    """What a log may say of it, as Postgres calls it: DiskFull tells more than OperationalError."""
    return type(error.__cause__ or error).__name__


def watch(connection: Any, **_: Any) -> None:
    if refused_to_write not in connection.execute_wrappers:
        # In front: whoever puts one there for a while takes off the last.
        connection.execute_wrappers.insert(0, refused_to_write)


def refused_to_write(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A server that was demoted a moment ago, or whose disk is nearly full, reads on and takes no write: an outage.

    Whoever comes next connects anew, for another one may have taken over under the same address.
    """
    try:
        return execute(sql, params, many, context)
    except InternalError as error:
        if not isinstance(error.__cause__, ReadOnlySqlTransaction):
            raise
        context["connection"].close_at = time.monotonic()
        raise OperationalError(*error.args) from error.__cause__


def again(act: Callable[[], object]) -> None:
    """Does it, without a trip to ask whether the connection lives, and once more over a new one where it was dead.

    For what bears being done twice: the answer to the first may have been lost, and not what was done.
    """
    entered = _is_done_again.set(True)
    try:
        act()
        return
    except OUTAGES:
        if not getattr(connection, "is_trusted", False):
            raise
        connection.close()
    finally:
        _is_done_again.reset(entered)
    act()


def is_done_again() -> bool:
    return _is_done_again.get()


def is_away() -> bool:
    return time.monotonic() < _away_until


def forget() -> None:
    """As a process that has just begun."""
    for kept in _all_kept:
        kept.clear()
    look_again()


def look_again() -> None:
    """For whoever must see what was saved a moment ago, by whichever process."""
    global _looked_at
    _looked_at = float("-inf")


def content() -> Content | None:
    """As of a second ago at most; the last one known while the database is away; None before there is any."""
    seen = _seen_in_this_request.get()
    if seen is None:
        return _looked_up()
    if content not in seen:
        seen[content] = _looked_up()
    return seen[content]


def knew_till_the_end() -> bool:
    """Whether what is known was true shortly before the database went away; yes while it is there."""
    return _missed_at is None or _missed_at - _heard_at < TRUSTED_SECONDS


def _looked_up() -> Content | None:
    global _content, _content_at, _looked_at, _heard_at, _missed_at
    now = time.monotonic()
    if now - _looked_at < LOOK_AGAIN_SECONDS or is_away() or is_in_transaction():
        return _content
    # Before the answer is here: meanwhile the other threads go on with what is known.
    _looked_at = now
    try:
        found = _read_content()
        # Another thread may have looked since, and knows better than one that had to wait for its answer.
        if now >= _content_at:
            _content, _content_at = found, now
        _heard_at, _missed_at = now, None
    except OUTAGES:
        note_outage()
        if not connection.in_atomic_block:
            # Nobody else would, where pages are answered before Django has seen the request.
            connection.close()
    return _content


def _read_content() -> Content | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, frame, moved_at FROM foundation_contentversion WHERE id = 1")
        row = cursor.fetchone()
    return Content(*row) if row else None


def is_in_transaction() -> bool:
    """Then we see what nobody else may see yet, or ever. Asked as Django does for `atomic(durable=True)`."""
    blocks = connection.atomic_blocks
    return bool(blocks) and not blocks[-1]._from_testcase  # type: ignore[attr-defined]


def last_known(
    default: Callable[[], Any], *, of_the_frame: bool = False
) -> Callable[[Callable[[], Value]], Callable[[], Value]]:
    """Makes a reader give its last value, or default(), while the database is away.

    of_the_frame: the value is what every page shows, so that it is read again only after the frame moved.
    """

    def decorate(read: Callable[[], Value]) -> Callable[[], Value]:
        # At most one, with the frame that it belongs to.
        kept: list[tuple[UUID | None, Value]] = []
        _all_kept.append(kept)

        @wraps(read)
        def reader() -> Value:
            seen = _seen_in_this_request.get()
            if seen is None:
                return last()
            if reader not in seen:
                seen[reader] = last()
            return seen[reader]

        def last() -> Value:
            frame = _frame() if of_the_frame else None
            fresh = frame is not None and bool(kept) and kept[0][0] == frame
            if not (fresh or is_away()):
                try:
                    kept[:] = [(frame, read())]
                except OUTAGES:
                    note_outage()
            return kept[0][1] if kept else default()

        return reader

    return decorate


# Of one function: a panel for each topic in each language, and some for whoever makes topics up.
MOST_KEPT = 300


def kept_with_the_frame(make: Callable[..., str]) -> Callable[..., str]:
    """What it made of the same arguments, in the same language, is given again until the frame moves; in a transaction
    and while the database is away, for the same request alone.
    """
    kept: dict[tuple[Any, ...], str] = {}
    _all_kept.append(kept)

    @wraps(make)
    def keeper(*arguments: str) -> str:
        if settings.DEBUG:
            return make(*arguments)
        frame = _frame()
        if frame is None or is_away():
            return _once_in_this_request(make, *arguments)
        key = (frame, get_language(), *arguments)
        made = kept.get(key) or make(*arguments)
        # What was made of last known words is not kept.
        if not is_away():
            if len(kept) >= MOST_KEPT or next(iter(kept), key)[0] != frame:
                kept.clear()
            kept[key] = made
        return made

    return keeper


def _once_in_this_request(make: Callable[..., str], *arguments: str) -> str:
    """In a transaction nothing is kept for others; one that looks at ten pages needs no ten heads for that."""
    seen = _seen_in_this_request.get()
    if seen is None:
        return make(*arguments)
    key = (make, get_language(), *arguments)
    if key not in seen:
        seen[key] = make(*arguments)
    return str(seen[key])


def _frame() -> UUID | None:
    found = None if is_in_transaction() else content()
    return found.frame if found else None
