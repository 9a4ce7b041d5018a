import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction

from mailings.tries import straight_cursor


def ask(sql: str, *values: object) -> str:
    with straight_cursor() as cursor:
        return cursor.execute(sql, list(values)).decode()


def test_it_sends_its_values_beside_the_text(db: None) -> None:
    assert ask("SELECT $1::text || $2::int", "O'Brien & Söhne %s", 7) == "O'Brien & Söhne %s7"
    assert ask("SELECT coalesce($1::uuid::text, 'none')", None) == "none"


@pytest.mark.django_db(transaction=True)
def test_what_it_asks_first_belongs_to_the_transaction_around_it() -> None:
    with transaction.atomic():
        first = ask("SELECT pg_current_xact_id()::text")
        assert ask("SELECT pg_current_xact_id()::text") == first
    assert ask("SELECT pg_current_xact_id()::text") != first


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_postgres_refuses_is_a_fault_of_ours_and_no_outage() -> None:
    with pytest.raises(ProgrammingError):
        ask("SELECT no_such_function()")
    assert ask("SELECT 'yes'") == "yes"


@pytest.mark.django_db(transaction=True)
def test_a_server_that_ends_the_connection_is_an_outage_then_and_at_the_next_question() -> None:
    with pytest.raises(OperationalError):
        ask("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(OperationalError):
        ask("SELECT 'yes'")
    connection.close()
    assert ask("SELECT 'yes'") == "yes"


@pytest.mark.django_db(transaction=True)
def test_a_server_that_takes_no_write_just_now_is_an_outage() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        with pytest.raises(OperationalError):
            ask("SELECT nextval('mailings_outgoingemail_id_seq')")
