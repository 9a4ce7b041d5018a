"""Asking Postgres for a few figures over many rows."""

from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

# Of one statement, in milliseconds; of six on the page, each seconds at worst. Beyond it, nobody waits any more, and
# the web server ends the wait; but Postgres would go on.
LONGEST = 12_000
# For these statements only. Compiling one takes longer than it saves, even over a hundred thousand rows; and their
# sorts and hashes should stay in memory.
SETTINGS = """SELECT set_config('jit', 'off', true), set_config('work_mem', '32MB', true),
    set_config('statement_timeout', %s, true)"""


class TooMuch(Exception):
    """There are too many rows in this time to be counted while somebody waits."""


def rows(sql: str, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SETTINGS, [str(LONGEST)])
            cursor.execute(sql, arguments)
            return cursor.fetchall()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooMuch from error
        raise
