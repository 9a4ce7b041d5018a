"""What the site's own database says about its mails, read beside Django: the test's Django is on another database."""

from typing import Any

import psycopg

TO_DO = "state IN ('queued', 'sending')"


class Outbox:
    """The mails queued since `begin()`, so that tests on one database do not see each other's."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.first = 0
        self.connection: psycopg.Connection[Any] | None = None

    def begin(self) -> None:
        """What an earlier test left undone is left alone for good."""
        self.ask("UPDATE mailings_outgoingemail SET state = 'cancelled' WHERE " + TO_DO)
        self.ask("DELETE FROM mailings_channel")
        self.first = self.one("SELECT coalesce(max(id), 0) + 1 FROM mailings_outgoingemail")
        self.began_at = self.one("SELECT clock_timestamp()")

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        try:
            return self._ask(query, values)
        except psycopg.OperationalError:
            # A test may have restarted the server since the last question.
            self.close()
            return self._ask(query, values)

    def _ask(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if self.connection is None:
            self.connection = psycopg.connect(self.url, autocommit=True, connect_timeout=2)
        cursor = self.connection.execute(query, values)
        return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def one(self, query: str, *values: Any) -> Any:
        return self.ask(query, *values)[0][0]

    def mails(self, columns: str = "message_id, email, state") -> list[tuple[Any, ...]]:
        return self.ask(f"SELECT {columns} FROM mailings_outgoingemail WHERE id >= %s", self.first)

    def left(self) -> int:
        return self.one(f"SELECT count(*) FROM mailings_outgoingemail WHERE id >= %s AND {TO_DO}", self.first)

    def states(self) -> dict[str, int]:
        query = "SELECT state, count(*) FROM mailings_outgoingemail WHERE id >= %s GROUP BY state"
        return dict(self.ask(query, self.first))  # type: ignore[arg-type]

    def fate(self, address: str) -> str:
        """Of the mails to one address: kind, state and why of each."""
        found = self.ask("SELECT kind, state, why FROM mailings_outgoingemail WHERE email = %s ORDER BY id", address)
        return "; ".join(" ".join(filter(None, row)) for row in found) or "no mail"

    def on_the_wire(self) -> set[tuple[int, int]]:
        """(mail, try) of what a worker has in its hands."""
        query = "SELECT id, attempts FROM mailings_outgoingemail WHERE id >= %s AND state = 'sending'"
        return set(self.ask(query, self.first))  # type: ignore[arg-type]

    def let_go(self) -> None:
        """What nobody has in hand any more, as when its lease were over; nothing may be on its way to the wire."""
        waiting = "state = 'sending' AND NOT EXISTS (SELECT FROM mailings_outgoingemail WHERE state = 'queued')"
        self.ask(f"UPDATE mailings_outgoingemail SET lease_until = now() WHERE id >= %s AND {waiting}", self.first)

    def events(self, kind: str) -> list[tuple[str, str]]:
        """(address, reply) of what the ledger says happened."""
        query = """SELECT email, reply FROM mailings_mailevent AS event JOIN mailings_outgoingemail AS mail
            ON mail.id = event.outgoing_id WHERE mail.id >= %s AND event.kind = %s"""
        return self.ask(query, self.first, kind)  # type: ignore[return-value]

    def suppressed(self, reason: str) -> int:
        """How many rows; an address is known by its keyed hash only."""
        query = "SELECT count(*) FROM mailings_suppression WHERE created_at >= %s AND reason = %s"
        return self.one(query, self.began_at, reason)

    def due_and_progress(self) -> tuple[int, tuple[int, int]]:
        """How many could go out now, and two counts of which one changes whenever anything happens to a mail."""
        due = "next_attempt_at < now() AND (lease_until IS NULL OR lease_until < now() OR state = 'sending')"
        query = (
            f"SELECT count(*) FILTER (WHERE {TO_DO} AND {due}), sum(attempts), count(*) FILTER (WHERE NOT ({TO_DO}))"
        )
        found = self.ask(f"{query} FROM mailings_outgoingemail WHERE id >= %s", self.first)[0]
        return found[0], (found[1], found[2])
