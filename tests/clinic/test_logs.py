import io
import json
import logging
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pythonjsonlogger.json import JsonFormatter

from clinic import urls
from clinic.logs import DiscreetJson, discreet
from clinic.request_names import request_id
from foundation.tokens import make_token

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


@pytest.mark.parametrize("read", [int, float, models.UUIDField().to_python, models.DateField().to_python])
def test_what_could_not_be_read_is_not_in_the_log_of_the_error(console: io.StringIO, read: Any) -> None:
    try:
        read(CANARY)
    except (ValueError, ValidationError):
        logging.getLogger("clinic").exception("it could not be read")
    [line] = lines(console)
    assert "test_logs.py" in line["exception"]
    assert [part for part in PARTS if part in line["exception"]] == []


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


TOKEN = make_token("not-me", uuid.UUID(int=7))
LINKS = {
    f"/not-me/{TOKEN}/": "not-me/<str:token>/",
    f"/packet/{TOKEN[:40]}/": "packet/<str:token>/",
    f"/newsletter/confirm/{TOKEN}/": "newsletter/confirm/<str:token>/",
    f"/elsewhere/{TOKEN}/?x=zebra@example.com": "none",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", LINKS)
def test_a_request_is_one_line_under_its_route(client: Client, console: io.StringIO, address: str) -> None:
    response = client.get(address)
    [line] = lines(console)
    assert (line["method"], line["route"], line["status"]) == ("GET", LINKS[address], 404)
    assert line["request"] == response["X-Request-ID"]
    assert TOKEN[:20] not in console.getvalue()
    assert "zebra" not in console.getvalue()


def test_the_line_of_a_request_is_as_all_others_are() -> None:
    facts = {"method": "GET", "route": "research/<slug:slug>/", "status": 200, "ms": 3}
    about = {"name": "clinic.requests", "levelname": "INFO", "msg": "GET %s", "args": ("research/<slug:slug>/",)}
    record = logging.makeLogRecord({**about, **facts})
    entered = request_id.set("0123456789abcdef")
    formatter = DiscreetJson()
    try:
        assert formatter.format(record) == JsonFormatter.format(formatter, record)
    finally:
        request_id.reset(entered)


def test_a_line_that_has_only_a_route_is_written_like_any_other() -> None:
    record = logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "to zebra@example.com", "route": "r/"})
    assert "zebra" not in DiscreetJson().format(record)


def test_a_mailed_link_in_a_message_loses_its_token(console: io.StringIO) -> None:
    logging.getLogger("mailings").warning("no answer for /newsletter/unsubscribe/%s/ from %s", TOKEN, TOKEN)
    [line] = lines(console)
    assert line["message"] == "no answer for /newsletter/unsubscribe/<token>/ from <token>"


def test_so_does_the_link_that_opens_an_account(console: io.StringIO) -> None:
    logging.getLogger("clinic").warning("at /accounts/password/reset/key/1-d0zzebra-9b6ab1/ now")
    [line] = lines(console)
    assert line["message"] == "at /accounts/password/reset/key/<token>/ now"


@pytest.mark.django_db
def test_an_error_carries_the_number_of_its_request_and_no_path(console: io.StringIO, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    response = Client(raise_request_exception=False).get("/fails/value/")
    error, line = lines(console)
    assert error["message"] == "Internal Server Error: fails/<slug:what>/"
    assert error["request"] == line["request"] == response["X-Request-ID"]
    assert "DataError" in error["exception"]


@pytest.mark.django_db
def test_a_number_is_taken_from_our_proxy_and_from_nobody_else(client: Client, settings: Any) -> None:
    given = {"X-Request-ID": "0123456789abcdef"}
    assert client.get("/no-such-page/", headers=given)["X-Request-ID"] != given["X-Request-ID"]
    settings.TRUSTED_PROXY_COUNT = 1
    assert client.get("/no-such-page/", headers=given)["X-Request-ID"] == given["X-Request-ID"]
    for wrong in ("short", "zebra@example.com", "x" * 65, "0123456789\nabcdef"):
        assert client.get("/no-such-page/", headers={"X-Request-ID": wrong})["X-Request-ID"] != wrong


@pytest.mark.django_db
def test_what_a_stranger_sends_as_host_is_not_repeated(client: Client, console: io.StringIO) -> None:
    assert client.get("/", headers={"Host": "zebra.example.com"}).status_code == 400
    assert "zebra" not in console.getvalue()


def lines(console: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in console.getvalue().splitlines()]


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
    found = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    [line] = [line for line in found if "raised unexpected" in line["message"]]
    assert (line["level"], line["logger"]) == ("ERROR", "celery.app.trace")
    assert line["task"] in line["message"]
    assert "celery.worker.consumer.connection" in {line["logger"] for line in found}
    assert {"level": "INFO", "logger": "mailings", "message": "a line of ours"}.items() <= {
        **next(line for line in found if line["logger"] == "mailings")
    }.items()


def test_a_long_address_costs_no_time() -> None:
    began = time.process_time()
    discreet("Not Found: /" + "a" * 60_000)
    discreet("Not Found: /" + "a." * 30_000 + "@")
    assert time.process_time() - began < 0.5
