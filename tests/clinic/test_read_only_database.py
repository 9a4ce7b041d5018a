import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import InternalError, connection, transaction
from django.test import Client
from psycopg.errors import ReadOnlySqlTransaction

from clinic.accounts.sessions import SEEN_AT, SEEN_EVERY

PASSWORD = {"username": "zoe@clinic.example", "password": "twelve letters and more"}


@contextmanager
def read_only() -> Iterator[None]:
    """As on a replica, or on a server whose disk is full to the last reserve."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        yield
        transaction.set_rollback(True)


def test_who_signs_in_is_asked_to_come_back_and_the_log_says_why(
    client: Client, first_content: None, caplog: pytest.LogCaptureFixture
) -> None:
    with read_only():
        answer = client.post("/admin/login/", PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "the database cannot do it: ReadOnlySqlTransaction" in caplog.text


def test_readiness_remarks_on_it(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # The test's transaction must outlive the connection that readiness gives back.
    monkeypatch.setattr(connection, "close", lambda: None)
    with read_only():
        assert "remark: the database takes no writes" in client.get("/readyz").text
    assert client.get("/readyz").text == "ready\n"


def test_whoever_comes_next_connects_anew(client: Client, first_content: None) -> None:
    connection.close_at = None
    with read_only():
        client.post("/admin/login/", PASSWORD)
    assert connection.close_at is not None


def refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    # The transaction that is broken by it is that of the test; a page has none around it.
    connection.needs_rollback = False
    if sql.startswith(("INSERT", "UPDATE", "DELETE")):
        raise InternalError("cannot execute it in a read-only transaction") from ReadOnlySqlTransaction()
    return execute(sql, params, many, context)


def seen_long_ago(desk: Client, seconds: int) -> None:
    desk.get("/admin/")
    session = desk.session
    session[SEEN_AT] = time.time() - seconds
    session.save()


def test_staff_read_on_though_nothing_notes_when_they_were_seen(desk: Client) -> None:
    seen_long_ago(desk, 2 * SEEN_EVERY)
    with connection.execute_wrapper(refuse_writes):
        assert desk.get("/admin/").status_code == 200


def test_a_session_that_is_over_opens_nothing_meanwhile(desk: Client) -> None:
    seen_long_ago(desk, settings.SESSION_IDLE_MINUTES * 60 + 1)
    with connection.execute_wrapper(refuse_writes):
        answer = desk.get("/admin/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")
