"""A list of leads on its way to somebody who reads slowly, when what sends it is killed."""

import http.client
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from clinic.embedded.speech import say
from tests.browser_posts import untouched
from tests.production.front import AS_FORM, HTTPS, MARKS, Front
from tests.production.nginx import HOST
from tests.production.test_cut_off_export import PAGE, SIGN_IN, ended, leads_of
from tests.production.web import Web, new_database

pytestmark = [*MARKS, pytest.mark.timeout(3600)]

SIZES = pytest.mark.parametrize("leads", [20_000, pytest.param(500_000, marks=pytest.mark.full)])
MAKE_LEADS = """
INSERT INTO enquiries_lead (name, email, phone, country, stage, next_action, next_action_on, closed_reason, version,
    created_at)
SELECT 'Zoë ' || repeat('O''Brien & Sons ', 9) || n, 'sent' || n || '@example.com', '', '', 'new', 'Call', '2028-01-01',
    '', 1, now() FROM generate_series(1, %s) AS n
"""
# So that what is sent waits for who reads it, and not in a buffer on the way.
BUFFER = 4096
READ_FIRST = 200_000
# What a chunk of leads takes while it is read; the file itself is packed to less than a fifth.
MOST_GROWN_MB = 80
# In seconds, until what has ended is on record.
PATIENCE = 60


class Download:
    """By who reads no further than it is told."""

    def __init__(self, web: Web, body: str, headers: dict[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", web.port)
        self.connection.sock = socket.socket()
        self.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.connection.sock.connect(("127.0.0.1", web.port))
        self.connection.request("POST", PAGE, body, headers)
        self.answer = self.connection.getresponse()
        self.length = int(self.answer.headers["Content-Length"])
        self.text = b""

    def read(self, size: int | None = None) -> bytes:
        self.text += self.answer.read(size)
        return self.text

    def read_till_it_breaks(self) -> None:
        with suppress(OSError, http.client.HTTPException):
            while more := self.answer.read1(BUFFER):
                self.text += more

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


class Site:
    """Of these leads alone, which nobody takes away again: others export theirs, too. It asks for no second factor."""

    sql = Front.sql

    def __init__(self, front: Front) -> None:
        self.database = new_database(f"killed_export_{os.getpid()}")
        self.folder = Path(front.webs[0].env["DATA_DIR"])
        self.web().prepare()
        printed = self.web().manage("shell", "-c", SIGN_IN)
        session = printed.partition("cookies: ")[2].splitlines()[0]
        self.manager = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/admin/"}
        self.manager["Cookie"] = session

    def web(self) -> Web:
        return Web(self.folder, self.database, **HTTPS, REQUIRE_MFA="0")


@pytest.fixture(scope="module")
def site(front: Front) -> Site:
    return Site(front)


@pytest.fixture
def web(site: Site) -> Iterator[Web]:
    with site.web() as web:
        yield web


@pytest.fixture
def everybody(site: Site, leads: int) -> int:
    if not leads_of(site):
        make_leads(site, leads)
    return leads_of(site)


def make_leads(site: Site, leads: int) -> None:
    """To make one index anew is quicker than to add to it half a million times."""
    [(index,)] = site.sql("SELECT pg_get_indexdef('lead_search'::regclass)")
    site.sql("DROP INDEX lead_search")
    site.sql(MAKE_LEADS, leads)
    site.sql(index)
    # As Postgres does by itself within a minute, of a table that grew at once.
    site.sql("VACUUM ANALYZE enquiries_lead")


@pytest.fixture
def export(site: Site, web: Web, everybody: int) -> Iterator[Callable[[], Download]]:
    with ExitStack() as downloads:
        yield lambda: downloads.enter_context(closing(asked(web, site.manager)))


def asked(web: Web, manager: dict[str, str]) -> Download:
    with closing(http.client.HTTPConnection("127.0.0.1", web.port)) as connection:
        connection.request("GET", PAGE, headers=manager)
        page = connection.getresponse()
        text = page.read().decode()
        assert page.status == 200, text
        fields = {**untouched(text, "export-form"), "purpose": "To see how it ends"}
    token = page.headers["Set-Cookie"].partition(";")[0]
    return Download(web, urlencode(fields), {**manager, **AS_FORM, "Cookie": f"{manager['Cookie']}; {token}"})


def highest(web: Web) -> float:
    """What the processes that serve pages held at most, in MB."""
    assert web.process
    found = (Path(f"/proc/{pid}/status").read_text() for pid in children_of(web.process.pid))
    return sum(int(line.split()[1]) for text in found for line in text.splitlines() if line.startswith("VmHWM")) / 1024


def children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def last_asked(site: Site) -> int:
    [(leads,)] = site.sql(
        "SELECT data -> 'leads' FROM clinic_auditevent WHERE kind = 'list_exported' ORDER BY id DESC LIMIT 1"
    )
    return int(leads)


def wait_for_another_end(site: Site, before: int) -> Any:
    deadline = time.monotonic() + PATIENCE
    while len(ended(site)) == before:
        assert time.monotonic() < deadline, "nothing was put on record"
        time.sleep(0.1)
    return ended(site)[-1]


@SIZES
def test_a_long_list_ends_with_its_count_and_is_put_together_in_little_memory(
    site: Site, web: Web, export: Any, everybody: int, leads: int
) -> None:
    before, began = highest(web), time.monotonic()
    download = export()
    first = time.monotonic() - began
    text = download.read()
    grown = highest(web) - before
    size = download.length / 2**20
    say(f"export: {everybody} leads, {size:.0f} MB, first byte after {first:.1f} s, {grown:+.0f} MB")
    assert len(text) == download.length
    assert text.decode().splitlines()[-1] == f'"End of the list: {everybody} leads"'
    assert grown < MOST_GROWN_MB + size / 5
    assert wait_for_another_end(site, len(ended(site)) - 1) == {"leads": everybody, "whole": True}


@SIZES
def test_of_one_whose_sender_is_killed_comes_a_part_that_is_broken_and_the_record_says_it_may_be_all(
    site: Site, web: Web, export: Any, everybody: int, leads: int
) -> None:
    before = len(ended(site))
    download = export()
    download.read(READ_FIRST)
    assert web.process
    # Its workers too: they would go on without it.
    os.killpg(web.process.pid, signal.SIGKILL)
    download.read_till_it_breaks()
    assert READ_FIRST <= len(download.text) < download.length
    assert b"End of the list" not in download.text
    # Who was killed writes nothing more: what was asked for counts as gone.
    assert (last_asked(site), len(ended(site))) == (everybody, before)


@SIZES
def test_one_that_is_on_its_way_arrives_though_postgres_ends_the_connection(
    site: Site, web: Web, export: Any, everybody: int, leads: int
) -> None:
    before = len(ended(site))
    download = export()
    download.read(READ_FIRST)
    others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    site.sql(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")
    assert len(download.read()) == download.length
    assert wait_for_another_end(site, before) == {"leads": everybody, "whole": True}
