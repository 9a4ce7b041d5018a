import http.client
import signal
import time
import urllib.parse
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from clinic.embedded.folder import DataFolder
from clinic.embedded.postgres import Postgres
from clinic.embedded.processes import Process
from clinic.embedded.valkey import Valkey
from tests.embedded.site import Site
from tests.mail_server import MailServer

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

TYPED = {
    "name": "Zoë O'Brien & Sons",
    "email": "zoe@example.com",
    "phone": "+1 212 555 0100",
    "topic": "something of my own",
    "country": "FR",
    "message": "For <my> mother",
    "consent_contact": "on",
}


class Server:
    """One that we stop and start ourselves: what ./run embeds, it would bring back at once."""

    def __init__(self, made: Any, prepare: Any = None) -> None:
        self.made = made
        self.prepare = prepare or (lambda: None)
        self.start()

    def start(self) -> None:
        self.prepare()
        self.process = Process(self.made.program)
        deadline = time.monotonic() + 30
        while not self.made.answers():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def stop(self) -> None:
        self.process.stop()


class Stack(NamedTuple):
    site: Site
    mail: MailServer
    postgres: Server
    valkey: Server


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("outages")
    made = Postgres(DataFolder(folder / "servers"), throw_away=True)
    postgres = Server(made, made.prepare)
    made.make_database()
    valkey = Server(Valkey(DataFolder(folder / "servers")))
    addresses = {"DATABASE_URL": made.url, "REDIS_URL": valkey.made.url}
    try:
        with MailServer() as mail, Site(folder / "site", EMAIL_URL=mail.url, **addresses) as site:
            yield Stack(site, mail, postgres, valkey)
    finally:
        valkey.stop()
        postgres.stop()


class Answer(NamedTuple):
    status: int
    text: str
    seconds: float


def ask(site: Site, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if fields else {}
    connection.request(method, path, urllib.parse.urlencode(fields or {}), headers)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return Answer(response.status, text, time.monotonic() - began)


def post(site: Site, **fields: str) -> Answer:
    return ask(site, "POST", "/information-packet/", {**TYPED, **fields})


def test_with_redis_stopped_every_post_is_quick_and_every_packet_goes_out_after_it(stack: Stack) -> None:
    stack.valkey.stop()
    answers = [post(stack.site, email=f"redis{number}@example.com") for number in range(20)]
    stack.valkey.start()
    assert [answer.status for answer in answers] == [303] * 20
    assert max(answer.seconds for answer in answers) < 1
    for number in range(20):
        assert len(stack.mail.wait_for(f"redis{number}@example.com")) == 1


def test_with_redis_a_black_hole_every_post_is_quick(stack: Stack) -> None:
    stack.valkey.process.popen.send_signal(signal.SIGSTOP)
    try:
        answers = [post(stack.site, email=f"hole{number}@example.com") for number in range(3)]
    finally:
        stack.valkey.process.popen.send_signal(signal.SIGCONT)
    assert [answer.status for answer in answers] == [303] * 3
    assert max(answer.seconds for answer in answers) < 1.5
    for number in range(3):
        assert len(stack.mail.wait_for(f"hole{number}@example.com")) == 1


def test_with_postgres_stopped_the_form_comes_back_within_three_seconds_as_typed(stack: Stack) -> None:
    # A page before the outage: the process knows the clinic's telephone by then.
    read_before = ask(stack.site, "GET", "/research/neural-progenitors-progressive-ms/")
    stack.postgres.stop()
    try:
        answer = post(stack.site)
        reading_on = ask(stack.site, "GET", "/research/neural-progenitors-progressive-ms/")
        reading = ask(stack.site, "GET", "/research/")
        health = ask(stack.site, "GET", "/healthz"), ask(stack.site, "GET", "/readyz")
    finally:
        stack.postgres.start()
    assert answer.status == 503
    assert answer.seconds < 3
    for typed in ("Zoë O&#x27;Brien &amp; Sons", "zoe@example.com", "+1 212 555 0100", "For &lt;my&gt; mother"):
        assert typed in answer.text
    assert 'value="something of my own" selected' in answer.text
    assert 'value="FR" selected' in answer.text
    assert answer.text.count("checked") == 1
    assert "nothing you typed is lost" in answer.text
    assert "555-0142" in answer.text
    assert reading_on == (200, read_before.text, reading_on.seconds)
    assert reading.status == 503
    assert max(reading.seconds, reading_on.seconds) < 3
    assert [answer.status for answer in health] == [200, 503]
    assert post(stack.site).status == 303
    assert len(stack.mail.wait_for("zoe@example.com")) == 1
