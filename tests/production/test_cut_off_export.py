"""A list of leads of which the database has only the beginning, as it comes out of nginx."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest

from tests.browser_posts import untouched
from tests.production.front import AS_FORM, HTTPS, MARKS, Front
from tests.production.nginx import Answer, Nginx
from tests.production.web import Web

pytestmark = MARKS

PAGE = "/admin/enquiries/lead/export/"
SIGN_IN = """
from django.contrib.auth import get_user_model
from django.test import Client
client = Client()
client.force_login(get_user_model().objects.get(email="manager@clinic.example"))
print("cookies:", "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items()))
"""
WAITS = """
SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE NOT granted AND datname = current_database() AND relation = 'mailings_suppression'::regclass
"""
LEADS = 3000
MAKE_LEADS = """
INSERT INTO enquiries_lead (name, email, phone, country, stage, next_action, next_action_on, closed_reason, version,
    created_at)
SELECT 'Zoë ' || n, 'cut' || n || '@example.com', '', '', 'new', 'Call', '2028-01-01', '', 1, now()
FROM generate_series(1, %s) AS n
"""


# In seconds.
PATIENCE = 1


class Impatient(Nginx):
    """Which waits a minute for no page."""

    def here(self, text: str) -> str:
        return super().here(text.replace("proxy_read_timeout 60s;", f"proxy_read_timeout {PATIENCE}s;"))


@pytest.fixture(scope="module")
def nginx(front: Front, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """Before a site that asks nobody for a second factor."""
    with (
        Web(Path(front.webs[0].env["DATA_DIR"]), front.database, **HTTPS, REQUIRE_MFA="0") as web,
        Impatient(tmp_path_factory.mktemp("nginx"), [web.port]) as nginx,
    ):
        yield nginx


@pytest.fixture(scope="module")
def manager(front: Front) -> dict[str, str]:
    """The headers of somebody who may export, and leads to be exported."""
    printed = front.webs[0].manage("shell", "-c", SIGN_IN)
    front.sql(MAKE_LEADS, LEADS)
    return {"Cookie": printed.partition("cookies: ")[2].splitlines()[0], "Referer": "https://clinic.example/admin/"}


@pytest.fixture
def export(nginx: Nginx, manager: dict[str, str]) -> Callable[[], Answer]:
    def ask() -> Answer:
        page = nginx.ask("GET", PAGE, headers=manager)
        token = page.headers["Set-Cookie"].partition(";")[0]
        fields = {**untouched(page.text, "export-form"), "purpose": "To see how it ends"}
        headers = {**AS_FORM, **manager, "Cookie": f"{manager['Cookie']}; {token}"}
        return nginx.ask("POST", PAGE, urlencode(fields), headers)

    return ask


def leads_of(front: Front) -> int:
    """Also those that tests before left behind."""
    [(count,)] = front.sql("SELECT count(*) FROM enquiries_lead WHERE merged_into_id IS NULL AND erased_at IS NULL")
    return count


def ended(front: Front) -> list[dict[str, Any]]:
    rows = front.sql("SELECT data FROM clinic_auditevent WHERE kind = 'export_ended' ORDER BY id")
    return [data for (data,) in rows]


def test_a_whole_one_says_how_long_it_is_so_that_one_that_ends_early_is_broken(front: Front, export: Any) -> None:
    answer = export()
    assert answer.status == 200
    assert answer.text.splitlines()[-1] == f'"End of the list: {leads_of(front)} leads"'
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert ended(front)[-1] == {"leads": leads_of(front), "whole": True}


def test_of_one_that_the_database_breaks_off_nothing_comes_but_a_sentence(front: Front, export: Any) -> None:
    with ThreadPoolExecutor(1) as pool, psycopg.connect(front.database) as other:
        # Asked for each piece of the list, and not before.
        other.execute("LOCK TABLE mailings_suppression IN ACCESS EXCLUSIVE MODE")
        download = pool.submit(export)
        break_off(front, download)
        other.rollback()
        answer = download.result(60)
    assert answer.status >= 500
    assert "Content-Disposition" not in answer.headers
    assert ended(front)[-1] == {"leads": 0, "whole": False}


def test_one_that_takes_longer_than_any_page_may_comes_whole(front: Front, export: Any) -> None:
    with ThreadPoolExecutor(1) as pool, psycopg.connect(front.database) as other:
        other.execute("LOCK TABLE mailings_suppression IN ACCESS EXCLUSIVE MODE")
        download = pool.submit(export)
        wait_until_it_waits(front, download)
        time.sleep(2 * PATIENCE)
        other.rollback()
        answer = download.result(60)
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert ended(front)[-1] == {"leads": leads_of(front), "whole": True}


def break_off(front: Front, download: Any) -> None:
    wait_until_it_waits(front, download)
    front.sql(f"SELECT pg_cancel_backend(pid) FROM ({WAITS}) AS them")


def wait_until_it_waits(front: Front, download: Any) -> None:
    while not front.sql(WAITS):
        assert not download.done(), download.result()
        time.sleep(0.02)
