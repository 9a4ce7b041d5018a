"""Django's migrate, beside a site that serves: one at a time, and no table is waited for longer than visitors can."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from psycopg.errors import DeadlockDetected, LockNotAvailable

# Whatever comes to a table behind a migration that waits for it waits too, and a visitor should not notice.
LOCK_SECONDS = 2
# Between tries, so that what was held up can go on, and a long transaction end.
PAUSES_SECONDS = [2, 5, 10, 20]
# A migration of another deployment may take its time.
MINUTES_FOR_ANOTHER = 15
SECONDS_BETWEEN_LOOKS = 0.5
# A number of our own among the advisory locks of this database; those of addresses are hashes.
LOCK = 20260000

# Postgres refuses these inside a transaction. They wait for others and hold up nobody, so they need no limit.
ALONE = re.compile(r"\bCONCURRENTLY\b|^\s*VACUUM\b", re.IGNORECASE)


class ImpatientSchemaEditor(DatabaseSchemaEditor):
    """Limits the wait by SET LOCAL, which ends with its transaction: behind pgbouncer a session is anybody's."""

    def __enter__(self) -> Self:
        super().__enter__()
        if self.atomic_migration:
            self.be_impatient()
        return self

    def execute(self, sql: Any, params: Any = ()) -> Any:
        if self.atomic_migration or self.collect_sql or ALONE.search(str(sql)):
            return super().execute(sql, params)
        with transaction.atomic(self.connection.alias):
            self.be_impatient()
            return super().execute(sql, params)

    def be_impatient(self) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> Any:
        if options["plan"] or options["check_unapplied"]:
            return super().handle(*args, **options)
        with self.the_only_one(options["database"]), impatience(options["database"]):
            return self.try_again(*args, **options)

    @contextmanager
    def the_only_one(self, database: str) -> Iterator[None]:
        """Holds a lock in a transaction of its own connection: pgbouncer keeps one of the server's to it meanwhile."""
        lock = connections[database].copy()
        try:
            lock.set_autocommit(False)
            with lock.cursor() as cursor:
                # It idles there for as long as the migrations take, whatever the server allows others.
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                self.take_turn(cursor)
            yield
        finally:
            lock.close()

    def take_turn(self, cursor: Any) -> None:
        gives_up_at = time.monotonic() + 60 * MINUTES_FOR_ANOTHER
        said = False
        while not has_turn(cursor):
            if time.monotonic() > gives_up_at:
                raise CommandError(
                    f"Another migrate has been running on this database for {MINUTES_FOR_ANOTHER} minutes; nothing was "
                    "done. See what became of it, then run migrate again."
                )
            if not said:
                self.stdout.write("Another migrate is running on this database; waiting for it.")
            said = True
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def try_again(self, *args: Any, **options: Any) -> Any:
        for pause in [*PAUSES_SECONDS, None]:
            try:
                return super().handle(*args, **options)
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected | LockNotAvailable):
                    raise
                self.wait_for_lock(pause)
        raise AssertionError("the last try returns or raises")

    def wait_for_lock(self, pause: float | None) -> None:
        if pause is None:
            raise CommandError(
                f"Another transaction keeps a table that a migration needs: {len(PAUSES_SECONDS) + 1} tries of "
                f"{LOCK_SECONDS} s each, and the migration that failed was taken back. End what has been running for "
                "long (see pg_stat_activity), then run migrate again."
            )
        self.stdout.write(f"A table is in use; trying again in {pause:g} s.")
        time.sleep(pause)


def has_turn(cursor: Any) -> bool:
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
    return cursor.fetchone()[0]


@contextmanager
def impatience(database: str) -> Iterator[None]:
    connection = connections[database]
    patient = connection.SchemaEditorClass
    connection.SchemaEditorClass = ImpatientSchemaEditor
    try:
        yield
    finally:
        connection.SchemaEditorClass = patient
