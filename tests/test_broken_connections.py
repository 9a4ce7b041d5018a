import pytest
from django.db import connection
from django.db.utils import OperationalError

from tests.conftest import drop_broken_connections


def ask() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 42")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_query_cut_off_by_a_time_limit_breaks_no_later_test() -> None:
    connection.ensure_connection()
    connection.connection.pgconn.send_query(b"SELECT pg_sleep(60)")
    with pytest.raises(OperationalError):
        ask()
    drop_broken_connections()
    assert ask() == 42


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_breaks_no_later_test() -> None:
    with connection.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    drop_broken_connections()
    assert ask() == 42


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_whole_is_kept() -> None:
    assert ask() == 42
    before = connection.connection
    drop_broken_connections()
    assert connection.connection is before
