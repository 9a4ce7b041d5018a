from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client

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
