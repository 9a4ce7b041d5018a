"""Counts a try before anything can go wrong in it, and asks in the same trip what stands in its way."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus

from foundation.outage import OUTAGES
from foundation.rows import undone_alone
from foundation.tokens import hash_address
from mailings.emails import Kind, kinds
from mailings.models import OutgoingEmail, Suppression, Why
from mailings.models.providers import provider_of
from mailings.rules import STOPS_VALUES
from mailings.trips import Statement, along

# A mail that is held up, or may not go out, is not tried. See mailings/sql/begin_mail.sql.
BEGIN = "SELECT tries, still, reasons FROM begin_mail(%s, %s, %s, %s, %s, %s, %s, %s)"


class Begun(NamedTuple):
    """True when the try counts. Else: to whom nothing goes just now, what forbids it, or neither: the lease is lost."""

    counted: bool
    standing_still: frozenset[str]
    why: Why | None

    def __bool__(self) -> bool:
        return self.counted


def begin(outgoing: OutgoingEmail) -> Begun:
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, _values(outgoing))
        return _begun(outgoing, *cursor.fetchone())


def _begun(outgoing: OutgoingEmail, attempts: int | None, still: list[str], reasons: list[str]) -> Begun:
    outgoing.attempts = attempts or outgoing.attempts
    forbids = bool(reasons) and not outgoing.is_to_staff
    return Begun(attempts is not None, frozenset(still), Suppression(reason=reasons[0]).why if forbids else None)


class Out(NamedTuple):
    """What the mail server has taken, and is still to be written down."""

    outgoing: OutgoingEmail
    at: datetime


# See mailings/sql/write_out.sql.
WRITE_OUT = "SELECT write_out(%s, %s, %s, %s)"


def begin_next(outgoing: OutgoingEmail, out: Out) -> tuple[str, Begun]:
    """What was said of the mail before, and of this one what begin() says, in one trip and one commit.

    Of the mail before the rooms above write their line, and of this one they hear what they would ask (mailings/trips).
    What fails in it fails as a whole.
    """
    asks = along.get(outgoing.kind)
    before = [_write_out(out), along[out.outgoing.kind].written(*out)]
    of_this = [(BEGIN, _values(outgoing)), *([asks.question(outgoing)] if asks else [])]
    with undone_alone(), connection.cursor() as cursor:
        cursor.execute("; ".join(cursor.mogrify(*each) for each in before + of_this))
        [said] = cursor.fetchone()
        _skip(cursor, len(before))
        begun = _begun(outgoing, *cursor.fetchone())
        if asks:
            cursor.nextset()
            asks.hear(outgoing, cursor.fetchone())
    return said, begun


def _write_out(out: Out) -> Statement:
    return WRITE_OUT, [out.outgoing.pk, out.outgoing.lease_id, out.outgoing.email, out.at]


def _skip(cursor: Any, answers: int) -> None:
    for _answer in range(answers):
        cursor.nextset()


# Before a mail to many takes its turn, which it would use up for nobody: what take_next_mail.sql asks after it.
STILL_GOES = """
SELECT EXISTS (SELECT FROM mailings_outgoingemail WHERE id = %s AND lease_id = %s AND state || '' = 'queued')
    AND NOT EXISTS (SELECT FROM mailings_channel WHERE paused_at IS NOT NULL)
    AND NOT EXISTS (SELECT FROM mailings_providerpause WHERE resumed_at IS NULL AND provider = %s)
    AND NOT EXISTS (SELECT FROM mailings_mailing WHERE id = %s AND paused_at IS NOT NULL)
    AND NOT EXISTS (SELECT FROM mailings_suppression WHERE address_hash = %s AND lifted_at IS NULL)
    AND {is_wanted}
"""


def still_goes(outgoing: OutgoingEmail) -> bool:
    """Whether anybody waits for it. One of a kind that we do not know, or that cannot tell, finds out on its way."""
    kind = kinds.get(outgoing.kind)
    alike = kind and kind.alike
    is_wanted = f"{alike.reader_wants}({outgoing.pk:d})" if alike else "true"
    provider, hashed = provider_of(outgoing.email), hash_address(outgoing.email)
    with connection.cursor() as cursor:
        of_it = [outgoing.pk, outgoing.lease_id, provider, outgoing.mailing_id, hashed]
        cursor.execute(STILL_GOES.format(is_wanted=is_wanted), of_it)
        [goes] = cursor.fetchone()
    return bool(goes) and (alike is not None or kind is None or _is_wanted(outgoing, kind))


def _is_wanted(outgoing: OutgoingEmail, kind: Kind) -> bool:
    try:
        with undone_alone():
            return kind.still_wanted(outgoing)
    except OUTAGES:
        raise
    except Exception:  # the long way meets it again, and writes it down
        return True


# In one trip with the result of the mail before; see mailings/sql/take_next_mail.sql. Not FROM it: Postgres would keep
# its one row in a table of its own. Its values have numbers, since the mail's own stands in it twice.
TAKE_NEXT = "SELECT take_next_mail({values}, {is_wanted}({asked}))"
VALUES_OF_TAKE_NEXT = 10
NEXT = "$5"


def take_next(outgoing: OutgoingEmail, out: Out | None, until: datetime) -> tuple[str, bool]:
    """What was said of the mail before ("" when there was none), and whether this one may be on the wire until then."""
    alike = kinds[outgoing.kind].alike
    if alike is None:
        raise ValueError(f"mails of kind {outgoing.kind} are not alike")
    done = (out.outgoing.pk, out.outgoing.email, out.at) if out else (None, None, None)
    provider, hashed = provider_of(outgoing.email), hash_address(outgoing.email)
    found = (outgoing.lease_id, outgoing.pk, outgoing.mailing_id, provider, hashed, until)
    as_prepared = alike.as_prepared(outgoing)
    with straight_cursor() as cursor:
        values = [*done, *found, len(settings.MAIL_RETRY_SECONDS), *as_prepared]
        row = cursor.execute(_take_next(alike.is_wanted, len(as_prepared)), values)
    # A row within a row comes as text: (sent,1)
    said, _comma, tries = row.decode()[1:-1].partition(",")
    outgoing.attempts = int(tries or outgoing.attempts)
    return said, bool(tries)


@cache
def _take_next(is_wanted: str, more: int) -> str:
    numbers = [f"${number + 1}" for number in range(VALUES_OF_TAKE_NEXT + more)]
    values, of_kind = numbers[:VALUES_OF_TAKE_NEXT], numbers[VALUES_OF_TAKE_NEXT:]
    return TAKE_NEXT.format(
        values=", ".join(values), is_wanted=is_wanted, asked=", ".join([f"{NEXT}::bigint", *of_kind])
    )


def straight_cursor() -> Any:
    """Django's, around one that goes straight to libpq."""
    connection.ensure_connection()
    return connection._prepare_cursor(Straight(connection.connection))  # type: ignore[attr-defined]


class Straight:
    """Asks for one value. psycopg's own cursors ask libpq the same, and need for a mail twice as long to get there.

    Nothing is prepared beforehand, so that pgbouncer in transaction mode can stand between.
    """

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self.connection = connection
        # Where Django's log of statements looks for the text.
        self._query, self.query = self, b""

    def execute(self, sql: str, values: list[Any]) -> bytes | None:
        self.query = sql.encode()
        if not self.connection.autocommit:
            # psycopg begins a transaction with the first of its own statements.
            self.connection.execute("")
        said = self.connection.pgconn.exec_params(self.query, [_as_text(value) for value in values])
        if said.status == ExecStatus.TUPLES_OK:
            return said.get_value(0, 0)
        # Of a server that is gone nobody has made a code.
        is_coded = said.error_field(DiagnosticField.SQLSTATE)
        raise error_from_result(said) if is_coded else psycopg.OperationalError(said.get_error_message())

    def close(self) -> None:
        pass


def _as_text(value: Any) -> bytes | None:
    return None if value is None else str(value).encode()


def _values(outgoing: OutgoingEmail) -> list[Any]:
    return [
        outgoing.pk,
        outgoing.lease_id,
        outgoing.mailing_id,
        provider_of(outgoing.email),
        hash_address(outgoing.email),
        # What stops the newsletter alone stops whatever goes to many.
        [] if outgoing.is_to_many else STOPS_VALUES["newsletter_only"],
        outgoing.is_to_staff,
        len(settings.MAIL_RETRY_SECONDS),
    ]
