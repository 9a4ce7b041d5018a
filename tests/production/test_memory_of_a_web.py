"""What a process that serves pages holds after requests that no browser sends, from somebody who may do everything."""

import http.client
import os
import random
import re
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver

from clinic.embedded.speech import say
from tests.clinic.test_roles import walk
from tests.faults.conftest import SEED
from tests.faults.odd_requests import Grammar, Odd
from tests.production.front import HTTPS, MARKS, Front
from tests.production.nginx import HOST
from tests.production.test_cut_off_export import SIGN_IN
from tests.production.test_killed_export import children_of, highest
from tests.production.web import Web

pytestmark = [*MARKS, pytest.mark.timeout(24 * 3600)]

RUNS = os.environ.get("WEB_ODD_RUNS")
SIZES = pytest.mark.parametrize("count", [int(RUNS or 500), pytest.param(int(RUNS or 100_000), marks=pytest.mark.full)])
# Four of them, a worker and Postgres share two gigabytes.
MOST_MB = 250
TOKEN = "a" * 32
LEFT_OUT = re.compile(r"logout|metrics|unmatched")


@pytest.fixture
def web(front: Front) -> Iterator[Web]:
    with Web(Path(front.webs[0].env["DATA_DIR"]), front.database, **HTTPS, REQUIRE_MFA="0") as web:
        yield web


@pytest.fixture
def headers(front: Front) -> dict[str, str]:
    session = front.webs[0].manage("shell", "-c", SIGN_IN).partition("cookies: ")[2].splitlines()[0]
    who = {"Cookie": f"{session}; __Host-csrf={TOKEN}", "X-CSRFToken": TOKEN}
    return {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/admin/", **who}


def addresses() -> list[str]:
    paths = ["/" + re.sub(r"<[^>]+>", "1", route) for _name, route in walk(get_resolver().url_patterns, "", "")]
    return [path for path in paths if not LEFT_OUT.search(path) and path.isprintable() and "(" not in path]


def status(connection: http.client.HTTPConnection, odd: Odd, headers: dict[str, str]) -> int:
    """0 for what no client of Python's sends, or to which nothing is answered."""
    given = {name.removeprefix("HTTP_").replace("_", "-").title(): text for name, text in odd.meta.items()}
    more: dict[str, Any] = {"Content-Type": odd.kind, **headers, **given}
    with suppress(OSError, ValueError, UnicodeError, http.client.HTTPException):
        connection.request(odd.method, odd.path, odd.body, more)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    connection.close()
    return 0


@SIZES
def test_a_process_that_serves_pages_stays_small_whatever_is_asked(
    web: Web, headers: dict[str, str], count: int
) -> None:
    paths = addresses()
    grammar = Grammar(paths, [(path, {}) for path in paths], random.Random(SEED))
    with closing(http.client.HTTPConnection("127.0.0.1", web.port, timeout=5)) as connection:
        found = [status(connection, grammar.request(), headers) for _number in range(count)]
    assert web.process
    held = highest(web) / len(children_of(web.process.pid))
    answered = sum(map(bool, found))
    say(f"odd requests to a web: {count}, {answered} answered, {held:.0f} MB at most (FAULTS_SEED={SEED})")
    assert [code for code in found if code >= 500] == []
    # Else nobody was signed in, or nothing was asked.
    assert answered > count / 2
    assert 200 in found
    assert held < MOST_MB
