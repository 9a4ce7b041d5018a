import io
import logging
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from clinic import urls
from clinic.logs import discreet
from mailings.tokens import make_token

CANARY = "Zoë O'Brien & Sons\n\nhas\nTraceback (most recent call last): zebra@example.com"
PARTS = ["Zoë", "O'Brien", "Sons", "zebra", "example.com"]
STATEMENTS = {
    "row": "INSERT INTO {} SELECT %s",
    "value": "SELECT CAST(%s AS integer)",
    "column": "SELECT %s::text, no_such_column",
    "raised": "DO $do$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = $$%s$$, HINT = 'zebra', ERRCODE = '23514'; END $do$",
}


def fails(request: HttpRequest, what: str) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE narrow (name text CHECK (length(name) < 3)) ON COMMIT DROP")
        if what == "raised":
            cursor.execute(STATEMENTS[what] % CANARY)
        cursor.execute(STATEMENTS[what].format("narrow"), [CANARY])
    return HttpResponse()


urlpatterns = [path("fails/<slug:what>/", fails), *urls.urlpatterns]


@pytest.fixture
def console() -> Iterator[io.StringIO]:
    """What the site's own handlers write."""
    stream = io.StringIO()
    handlers = [handler for name in (None, "django") for handler in logging.getLogger(name).handlers]
    ours = [handler for handler in handlers if type(handler) is logging.StreamHandler]
    assert ours
    before = [(handler, handler.setStream(stream)) for handler in set(ours)]
    yield stream
    for handler, own in before:
        handler.setStream(own)


@pytest.mark.django_db
@pytest.mark.parametrize("what", STATEMENTS)
def test_what_a_visitor_typed_is_not_in_the_log_of_a_failed_statement(
    console: io.StringIO, settings: Any, what: str
) -> None:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    assert client.get(f"/fails/{what}/").status_code == 500
    written = console.getvalue()
    assert "test_logs.py" in written
    assert "django.db.utils" in written
    assert [part for part in PARTS if part in written] == []


def test_a_message_in_quotes_hides_what_was_typed_too(console: io.StringIO) -> None:
    error = "IntegrityError('null value in column \"name\"\\nDETAIL:  Failing row contains (1, zebra).\\n')"
    logging.getLogger("celery.app.trace").error("Task %s raised unexpected: %s", "mailings.deliver_mail", error)
    logging.getLogger("mailings").warning("refused: {'zebra@example.com': (550, b'no such user')}")
    written = console.getvalue()
    assert "Task mailings.deliver_mail raised unexpected" in written
    assert "550" in written
    assert "zebra" not in written


def test_the_parameters_of_a_statement_are_not_in_the_log(console: io.StringIO) -> None:
    logging.getLogger("django.db.backends").warning(
        "(%.3f) %s; args=%s; alias=%s", 0.1, "SELECT %s", ("zebra",), "default"
    )
    written = console.getvalue()
    assert "(0.100) SELECT" in written
    assert "zebra" not in written


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/not-me/{}/", "/packet/{}/", "/newsletter/confirm/{}/", "/newsletter/unsubscribe/{}/", "/elsewhere/?x={}&y=1/"],
)
def test_a_mailed_link_is_in_the_log_without_its_token(client: Client, console: io.StringIO, address: str) -> None:
    token = make_token("not-me", uuid.UUID(int=7))
    logging.getLogger("django.request").warning("Not Found: %s", address.format(token))
    assert client.get(address.format(token)).status_code == 404
    assert client.get(address.format(token[:40])).status_code == 404
    written = console.getvalue()
    assert written.count("Not Found") == 3
    assert address.split("{")[0].split("?")[0] in written
    assert token[:20] not in written
    assert token[-20:] not in written


WORKER = """
from django.db import IntegrityError
from celery.signals import worker_ready
from clinic.celery import app

@app.task(name="fails")
def fails():
    app.log.get_default_logger("mailings").info("a line of ours")
    raise IntegrityError("refused\\nDETAIL:  Failing row contains (" + "zeb" + "ra).")

worker_ready.connect(lambda **_: fails.apply_async(queue="test-logs"), weak=False)
quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
app.worker_main(["worker", "-c", "1", "-l", "info", "-Q", "test-logs", *quiet])
"""


def test_the_worker_logs_in_the_same_words(tmp_path: Any) -> None:
    log = tmp_path / "worker.log"
    with open(log, "wb") as output:
        worker = subprocess.Popen([sys.executable, "-c", WORKER], stdout=output, stderr=output, env=dict(os.environ))
    try:
        deadline = time.monotonic() + 30
        while "raised unexpected" not in log.read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait(20)
    written = log.read_text()
    assert "zebra" not in written
    [line] = [line for line in written.splitlines() if "raised unexpected" in line]
    assert " ERROR celery.app.trace Task fails" in line
    assert written.count("raised unexpected") == 1
    assert "INFO celery.worker" in written
    assert "INFO mailings a line of ours" in written


def test_a_long_address_costs_no_time() -> None:
    began = time.monotonic()
    discreet("Not Found: /" + "a" * 60_000)
    discreet("Not Found: /" + "a." * 30_000 + "@")
    assert time.monotonic() - began < 0.5
