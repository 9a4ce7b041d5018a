import gc
import io
import os
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper as DjangosOwn
from django.test import RequestFactory

from clinic import pages
from clinic.postgres import base
from clinic.wsgi import application
from enquiries.models import Enquiry
from foundation import outage

PACKET = "/information-packet/"


def post(**fields: str) -> str:
    """As a web server hands it on; the test client keeps Django from looking after its connection."""
    typed = urlencode({"name": "Zoë", "email": "zoe@example.com", "consent_packet": "on", **fields}).encode()
    environ = RequestFactory()._base_environ(PATH_INFO=PACKET, REQUEST_METHOD="POST", HTTP_HOST="testserver")
    environ |= {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(typed))}
    answers: list[str] = []
    environ["wsgi.input"] = io.BytesIO(typed)
    b"".join(application(environ, lambda status, headers: answers.append(status)))
    return answers[0]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What came of each health check that took a trip."""
    found: list[bool] = []
    is_usable = DjangosOwn.is_usable

    def noted(self: DjangosOwn) -> bool:
        found.append(is_usable(self))
        return found[-1]

    monkeypatch.setattr(DjangosOwn, "is_usable", noted)
    # A look at the content, or at when it changes by itself, comes first where it is due, and asks.
    monkeypatch.setattr(outage, "LOOK_AGAIN_SECONDS", 60.0)
    monkeypatch.setattr(pages, "epoch_for", lambda path: None)
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_content")
def test_a_connection_that_was_just_used_is_not_asked(asked: list[bool]) -> None:
    post(message="first")
    asked.clear()
    assert post(message="second").startswith("303")
    assert asked == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_content")
def test_one_that_rested_is(asked: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    post(message="first")
    asked.clear()
    monkeypatch.setattr(base, "TRUSTED_SECONDS", 0.0)
    assert post(message="second").startswith("303")
    assert asked == [True]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_content")
def test_a_form_is_taken_though_postgres_has_just_ended_its_connection(asked: list[bool]) -> None:
    post(message="first")
    asked.clear()
    end(connection.connection)
    assert post(message="second").startswith("303")
    assert asked == [False]
    assert Enquiry.objects.count() == 2


def forget_the_connection() -> None:
    """As when the address of Postgres went to another host: nothing comes, until what we send is refused."""
    ours, theirs = socket.socketpair()
    os.dup2(ours.fileno(), connection.connection.fileno())
    ours.close()

    def refuse() -> None:
        theirs.recv(1)
        theirs.close()

    threading.Thread(target=refuse, daemon=True).start()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_content")
def test_a_form_is_taken_though_postgres_moved_to_another_host_a_moment_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "LOOK_AGAIN_SECONDS", 60.0)
    monkeypatch.setattr(pages, "epoch_for", lambda path: None)
    post(message="first")
    post(message="second")
    forget_the_connection()
    assert post(message="third").startswith("303")
    assert Enquiry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_content")
def test_while_there_is_no_server_nobody_waits_for_it_twice(asked: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    post(message="first")
    post(message="second")
    connection.close()
    tried: list[bool] = []

    def refuse(*_: object) -> None:
        tried.append(True)
        raise OperationalError("connection refused")

    monkeypatch.setattr(DjangosOwn, "get_new_connection", refuse)
    assert post(message="third").startswith("503")
    monkeypatch.undo()
    assert len(tried) == 1


@pytest.fixture
def uncollected() -> Iterator[None]:
    """As between two looks for garbage, which a quiet site takes hours to come to."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def fewest_sessions(above: int) -> int:
    """Postgres takes a moment to end what was given back, the longer the busier the machine is."""
    ends_at = time.monotonic() + 20
    while sessions() > above and time.monotonic() < ends_at:
        time.sleep(0.1)
    return sessions()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("uncollected")
def test_a_thread_that_ends_gives_its_session_back() -> None:
    before = sessions()
    for _number in range(20):
        thread = threading.Thread(target=sessions)
        thread.start()
        thread.join()
    assert fewest_sessions(above=before + 1) <= before + 1


def end(ended: psycopg.Connection[object]) -> None:
    """By another session; it is over once the server has said so."""
    with psycopg.connect(ended.info.dsn, password=ended.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [ended.info.backend_pid])
