"""How long Postgres may work on one statement of a staff page: a filter can ask it to look through everything."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg.errors import QueryCanceled

# The slowest search over a million leads takes a tenth of a second; the web server has few hands, and all wait for one.
LONGEST_MS = 10_000


@contextmanager
def bounded() -> Iterator[None]:
    """For this transaction alone, as pgbouncer may hand the connection to anybody after it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(LONGEST_MS)])
        yield


def took_too_long(exception: BaseException) -> bool:
    return isinstance(exception.__cause__, QueryCanceled)
