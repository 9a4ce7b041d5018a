import http.client
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from clinic.embedded.folder import DataFolder
from clinic.embedded.postgres import Postgres
from clinic.embedded.processes import Process
from tests.embedded.kept_static_files import lay_out
from tests.embedded.site import Site, with_tables
from tests.mail_server import MailServer

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

TYPED = {
    "name": "Zoë O'Brien & Sons",
    "email": "zoe@example.com",
    "phone": "+1 212 555 0100",
    "topic": "something of my own",
    "country": "FR",
    "message": "For <my> mother",
    "consent_packet": "on",
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


class Outage(NamedTuple):
    site: Site
    mail: MailServer
    postgres: Server


@pytest.fixture
def outage(tmp_path: Path) -> Iterator[Outage]:
    folder = tmp_path
    made = Postgres(DataFolder(with_tables(folder / "servers")), throw_away=True)
    postgres = Server(made, made.prepare)
    made.make_database()
    lay_out(DataFolder(folder / "site"))
    try:
        with MailServer() as mail, Site(folder / "site", EMAIL_URL=mail.url, DATABASE_URL=made.url) as site:
            yield Outage(site, mail, postgres)
    finally:
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


def test_with_postgres_stopped_the_form_comes_back_within_three_seconds_as_typed(outage: Outage) -> None:
    # A page before the outage: the process knows the clinic's telephone by then.
    read_before = ask(outage.site, "GET", "/research/neural-progenitors-progressive-ms/")
    outage.postgres.stop()
    try:
        answer = post(outage.site)
        reading_on = ask(outage.site, "GET", "/research/neural-progenitors-progressive-ms/")
        reading = ask(outage.site, "GET", "/research/")
        health = ask(outage.site, "GET", "/healthz"), ask(outage.site, "GET", "/readyz")
    finally:
        outage.postgres.start()
    assert answer.status == 503
    assert answer.seconds < 3
    for typed in ("Zoë O&#x27;Brien &amp; Sons", "zoe@example.com", "+1 212 555 0100", "For &lt;my&gt; mother"):
        assert typed in answer.text
    assert 'value="something of my own" selected' in answer.text
    assert 'value="FR" selected' in answer.text
    assert answer.text.count("checked") == sum(name.startswith("consent") for name in TYPED)
    assert "nothing you typed is lost" in answer.text
    assert "555-0142" in answer.text
    assert reading_on == (200, read_before.text, reading_on.seconds)
    assert reading.status == 503
    assert max(reading.seconds, reading_on.seconds) < 3
    assert [answer.status for answer in health] == [200, 503]
    # A process believes in an outage for a second.
    time.sleep(2)
    assert post(outage.site).status == 303
    assert len(outage.mail.wait_for("zoe@example.com")) == 1
