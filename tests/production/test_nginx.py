"""nginx as it stands before the site in production, before the real site."""

import asyncio
import http.client
import os
import re
import signal
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest

from clinic.embedded.processes import Process
from clinic.embedded.speech import say
from foundation.tokens import hash_network
from tests.production.nginx import HOST, NGINX, Nginx
from tests.production.web import Web, new_database

pytestmark = [
    pytest.mark.nginx,
    pytest.mark.skipif(
        not Path(NGINX).exists() and not os.environ.get("CI"), reason=f"there is no {NGINX}: apt install nginx"
    ),
]

HTTPS = {
    "SITE_URL": f"https://{HOST}",
    "TRUSTED_PROXY_COUNT": "1",
    "EMAIL_URL": "smtp://user:password@mail.example:587",
    "STAFF_ALERT_EMAIL": "staff@clinic.example",
}
FORM = {"name": "Zoë O'Brien & Sons", "consent_packet": "on", "consent_contact": "on", "email": "zoe@example.com"}
AS_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SLOW_CLIENTS = 400
# A second, as nginx counts: it knows whole ones only.
KEPT = 2.1
TOKEN = "0123456789abcdef0123456789abcdef-tokencanary_tokencanary_tokencanary_tokenc"


class Front:
    """nginx, the two web processes behind it, and their database."""

    def __init__(self, folder: Path) -> None:
        self.database = new_database(f"behind_nginx_{os.getpid()}")
        self.webs = [Web(folder / "site", self.database, **HTTPS) for _ in range(2)]
        self.nginx = Nginx(folder / "nginx", [web.port for web in self.webs])

    def prepare(self) -> None:
        # Beside each other: one works on the disk and the processor, the other waits for PostgreSQL.
        collecting = Process(self.webs[0].site.collectstatic())
        self.webs[0].prepare()
        assert collecting.popen.wait() == 0
        collecting.finish()

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    front = Front(tmp_path_factory.mktemp("front"))
    front.prepare()
    with ExitStack() as running:
        for web in front.webs:
            running.enter_context(web)
        running.enter_context(front.nginx)
        yield front


@pytest.fixture
def nginx(front: Front) -> Nginx:
    return front.nginx


@pytest.fixture
def all_webs(front: Front) -> Iterator[list[Web]]:
    """For a test that kills some of them."""
    yield front.webs
    for web in front.webs:
        web.stop()
        web.__enter__()
    # nginx leaves alone for five seconds who failed it three times.
    deadline = time.monotonic() + 10
    while front.nginx.get("/healthz").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def post(nginx: Nginx, path: str, body: Any, **headers: str) -> Any:
    return nginx.ask("POST", path, body, {**AS_FORM, **headers})


# -- what is let in


def test_plain_http_leads_to_https_and_stays_there(nginx: Nginx) -> None:
    answer = nginx.raw(b"GET /research/?page=2 HTTP/1.0\r\nHost: clinic.example\r\n\r\n", tls=False)
    assert answer.startswith(b"HTTP/1.1 301 ")
    assert b"Location: https://clinic.example/research/?page=2\r\n" in answer
    for path in ("/", "/nothing/", "/admin/login/"):
        assert nginx.get(path).headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"


def test_the_proof_for_a_certificate_is_served_by_plain_http(nginx: Nginx) -> None:
    proof = nginx.folder / "acme" / ".well-known" / "acme-challenge" / "one"
    proof.parent.mkdir(parents=True)
    proof.write_text("proof")
    asked = b"GET /.well-known/acme-challenge/one HTTP/1.0\r\nHost: clinic.example\r\n\r\n"
    assert nginx.raw(asked, tls=False).endswith(b"proof")


@pytest.mark.parametrize("asked", [b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n",
    b"GET https://evil.example/ HTTP/1.1\r\nHost: clinic.example\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"])  # fmt: skip
def test_an_unknown_host_gets_no_answer(nginx: Nginx, asked: bytes) -> None:
    assert nginx.raw(asked, tls=False) == b""
    assert nginx.raw(asked, tls=True) == b""


def test_an_unknown_name_gets_no_certificate(nginx: Nginx) -> None:
    with pytest.raises(ssl.SSLError):
        nginx.raw(b"", tls=True, name="evil.example")


def test_operators_pages_are_closed_to_the_world(nginx: Nginx) -> None:
    for path in ("/metrics", "/readyz", "/%6detrics", "//metrics", "/./metrics", "/x/../metrics", "/metrics?x=1"):
        answer = nginx.get(path)
        assert answer.status == 404, path
        assert "clinic_" not in answer.text
    assert nginx.get("/healthz").text == "ok\n"


def test_what_is_too_long_is_refused_with_a_sentence(nginx: Nginx) -> None:
    most = 64 * 1024
    for body in (b"m" * (most + 1), b"m" * 5_000_000, iter([b"m" * 40_000] * 2)):
        answer = post(nginx, "/information-packet/", body)
        assert answer.status == 413
        assert "shorten your message" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" in answer.headers
    assert post(nginx, "/information-packet/", b"m" * most).status == 422
    assert post(nginx, "/webhooks/brevo/", b"m" * 1_000_000).status != 413
    assert post(nginx, "/webhooks/brevo/", b"m" * 1_100_000).status == 413
    assert post(nginx, "/admin/login/", b"m" * 3_000_000).status != 413
    assert post(nginx, "/admin/login/", b"m" * 27_000_000).status == 413


# -- what is passed on


def test_nobody_can_say_of_themselves_who_they_are(front: Front) -> None:
    invented = "203.0.113.9"
    claims = {
        "X-Forwarded-For": invented,
        "X_Forwarded_For": invented,
        "X-Real-IP": invented,
        "Forwarded": f"for={invented};proto=http;host=evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Proto": "http",
        "X_Forwarded_Proto": "http",
        "X-Request-ID": "mine",
    }
    front.sql("DELETE FROM mailings_budget")
    answer = post(front.nginx, "/information-packet/", urlencode({**FORM, "email": "one@example.com"}), **claims)
    # By http, it would be sent to https.
    assert (answer.status, answer.headers["Location"]) == (303, "/information-packet/thanks/")
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["X-Request-ID"])
    assert scopes(front) == {"overall", hash_network("127.0.0.1")}
    # Who goes around nginx is believed: so the line above shows something.
    assert direct(front.webs[0], {"Host": HOST, "X-Forwarded-For": invented, "X-Forwarded-Proto": "https"}) == 303
    assert hash_network(invented) in scopes(front)


def scopes(front: Front) -> set[str]:
    return {scope for (scope,) in front.sql("SELECT scope FROM mailings_budget")}


def direct(web: Web, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    body = urlencode({**FORM, "email": "two@example.com"})
    connection.request("POST", "/information-packet/", body, {**AS_FORM, **headers})
    status = connection.getresponse().status
    connection.close()
    return status


# -- what is kept


def test_a_public_page_is_kept_for_a_moment(nginx: Nginx) -> None:
    time.sleep(KEPT)
    assert nginx.kept("/about/") in ("MISS", "EXPIRED")
    assert nginx.kept("/about/") == "HIT"
    time.sleep(KEPT)
    # Asked whether it still holds, the site sends no page.
    assert nginx.kept("/about/") == "REVALIDATED"


def test_a_page_is_kept_compressed_as_the_site_made_it(nginx: Nginx) -> None:
    sizes = {}
    for encoding, said in (
        ("br", "gzip, deflate, br, zstd"),
        ("gzip", "deflate, gzip;q=1.0"),
        ("identity", "identity"),
    ):
        for _ in range(2):
            answer = nginx.get("/privacy/", Accept_Encoding=said)
        assert nginx.logged(answer)["cache"] == "HIT"
        assert answer.headers.get("Content-Encoding", "identity") == encoding
        tag = answer.headers["ETag"]
        assert not tag.startswith("W/")
        assert nginx.get("/privacy/", Accept_Encoding=said, If_None_Match=tag).status == 304
        sizes[encoding] = len(answer.content)
    assert sizes["br"] < sizes["gzip"] < sizes["identity"]


def test_what_is_withdrawn_is_gone_after_that_moment(front: Front) -> None:
    [(slug,)] = front.sql("SELECT slug FROM articles_article WHERE live_revision_id IS NOT NULL ORDER BY id LIMIT 1")
    path = f"/research/{slug}/"
    assert front.nginx.get(path).status == 200
    front.sql("UPDATE articles_article SET slug = %s WHERE slug = %s", f"{slug}-away", slug)
    try:
        time.sleep(KEPT)
        assert front.nginx.get(path).status == 404
    finally:
        front.sql("UPDATE articles_article SET slug = %s WHERE slug = %s", slug, f"{slug}-away")
    # What is not there is not kept either.
    assert front.nginx.get(path).status == 200


SLUG = "harms-of-cells-in-spinal-fluid"
PUBLISHED = f"UPDATE articles_article SET state = 'published' WHERE slug = '{SLUG}'"
WITHDRAWN = f"UPDATE articles_article SET state = 'withdrawn' WHERE slug = '{SLUG}'"
WORDING = """INSERT INTO mailings_consentwording (kind, number, text, language, created_at)
    VALUES ('packet', 900, 'Words of today.', 'en', now())"""


@pytest.mark.parametrize(
    ("change", "path", "shown"),
    [
        ("UPDATE articles_clinicprofile SET name = 'Zoë O''Brien & Sons'", "/about/", "Zoë O&#x27;Brien &amp; Sons"),
        (WORDING, "/information-packet/", "Words of today."),
        (WITHDRAWN, "/research/", f"!{SLUG}"),
        (PUBLISHED, "/research/", SLUG),
    ],
)
def test_what_changes_is_seen_by_every_process_within_two_seconds(
    front: Front, change: str, path: str, shown: str
) -> None:
    for web in front.webs:
        page_of(web, path), page_of(web, path)
    front.sql(change)
    changed = time.monotonic()
    for web in front.webs:
        while (shown.strip("!") in page_of(web, path)) == shown.startswith("!"):
            assert time.monotonic() - changed < 2
            time.sleep(0.02)


def page_of(web: Web, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=20)
    connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
    text = connection.getresponse().read().decode()
    connection.close()
    return text


@pytest.mark.parametrize("path", ["/nothing/", "/static/nothing.css", "/admin"])
def test_those_who_ask_for_what_is_not_kept_do_not_wait_for_each_other(nginx: Nginx, path: str) -> None:
    def seconds(_number: int) -> float:
        began = time.monotonic()
        assert nginx.get(path).status in (301, 404)
        return time.monotonic() - began

    with ThreadPoolExecutor(24) as crowd:
        assert median(crowd.map(seconds, range(24))) < 1


def test_half_a_page_is_never_given_for_a_whole_one(nginx: Nginx) -> None:
    for _ in range(3):
        assert "<html" in nginx.get("/information-packet/").text
        assert "<html" not in nginx.get("/information-packet/", HX_Request="true").text


def test_staff_see_the_page_as_it_is_now(nginx: Nginx) -> None:
    nginx.get("/about/")
    assert nginx.kept("/about/", Cookie="__Host-session=anything") == "BYPASS"


@pytest.mark.parametrize("path", ["/admin/login/", f"/packet/{TOKEN}/", f"/not-me/{TOKEN}/",
    f"/newsletter/confirm/{TOKEN}/", f"/newsletter/unsubscribe/{TOKEN}/", "/healthz"])  # fmt: skip
def test_what_is_for_one_person_is_not_kept(nginx: Nginx, path: str) -> None:
    assert [nginx.kept(path), nginx.kept(path)] == ["", ""]


def test_what_somebody_searches_for_is_not_kept(nginx: Nginx) -> None:
    assert {nginx.kept("/research/search/?q=tremor"), nginx.kept("/research/search/?q=tremor")} <= {"BYPASS", "MISS"}
    assert not any(b"tremor" in file.read_bytes() for file in (nginx.folder / "cache").rglob("*") if file.is_file())


def test_posts_are_passed_on_each_time(nginx: Nginx) -> None:
    for _ in range(2):
        answer = post(nginx, "/newsletter/", urlencode({"email": "not an address"}))
        assert answer.status == 422
        assert nginx.logged(answer)["web"]


def test_static_files_are_kept_and_arrive_compressed(nginx: Nginx) -> None:
    [path] = re.findall(r'href="(/static/[^"]+\.css)"', nginx.get("/").text)[:1]
    plain = nginx.get(path)
    assert "immutable" in plain.headers["Cache-Control"]
    sizes = {}
    for encoding in ("br", "gzip", "identity"):
        said = {"br": "gzip, deflate, br, zstd", "gzip": "deflate, gzip;q=1.0", "identity": "identity"}[encoding]
        for _ in range(2):
            answer = nginx.get(path, Accept_Encoding=said)
        assert nginx.logged(answer)["cache"] == "HIT"
        assert answer.headers.get("Content-Encoding", "identity") == encoding
        sizes[encoding] = len(answer.content)
    assert sizes["br"] < sizes["gzip"] < sizes["identity"] == len(plain.content)


# -- what is written down


def test_the_access_log_knows_nobody(nginx: Nginx) -> None:
    canary = "zqcanaryqz"
    told = {"User-Agent": canary, "Referer": f"https://clinic.example/{canary}/", "Cookie": canary, "X-Any": canary}
    paths = [
        f"/packet/{TOKEN}/", f"/packet/{TOKEN}", f"/not-me/{TOKEN}/", f"/newsletter/confirm/{TOKEN}/",
        f"/newsletter/unsubscribe/{TOKEN}/", f"/newsletter/preferences/{TOKEN}/",
        f"/accounts/password/reset/key/1-{TOKEN}/", f"/{canary}/", f"/research/{canary}@example.com/",
        f"/research/search/?q={canary}", f"/information-packet/thanks/?domain={canary}", f"/webhooks/{canary}/",
        f"/static/{canary}.css", f"/admin/{canary}/", f"/metrics/{canary}", f"/healthz?{canary}",
    ]  # fmt: skip
    answers = [nginx.ask("GET", path, headers=told) for path in paths]
    answers.append(nginx.ask(f"X{canary.upper()}", "/"))
    lines = [nginx.logged(answer) for answer in answers if "X-Request-ID" in answer.headers]
    assert len(lines) >= len(paths) - 1
    nginx.raw(f"GET /{canary} HTTP/1.0\r\nHost: clinic.example\r\n\r\n".encode(), tls=False)
    nginx.raw(f"GET /{canary} HTTP/1.0\r\nHost: {canary}\r\n\r\n".encode(), tls=True)
    nginx.raw(f"GET /{canary} NONSENSE\r\n\r\n".encode(), tls=True)
    assert canary not in nginx.logs.lower()
    assert "tokencanary" not in nginx.logs
    assert "127.0.0.1" not in re.sub(r'"web":"[^"]*"', "", nginx.logs)
    assert {"/packet/(token)", "/information-packet/thanks/", "(other)"} <= {line["path"] for line in lines}
    assert set(lines[0]) == {
        "at", "request_id", "method", "path", "status", "bytes", "seconds", "web", "web_seconds", "cache"
    }  # fmt: skip


# -- what goes wrong


def test_no_page_fails_while_one_web_process_is_killed(front: Front, all_webs: list[Web]) -> None:
    assert all_webs[0].process
    statuses = []
    for number in range(60):
        if number == 20:
            # Its workers too: they would go on without it.
            os.killpg(all_webs[0].process.pid, signal.SIGKILL)
        statuses.append(front.nginx.get(f"/about/?number={number}").status)
    assert statuses == [200] * 60
    # Nothing had been sent yet to the one that is away, so a form may go to the other.
    for number in range(4):
        body = urlencode({**FORM, "email": f"killed.{number}@example.com"})
        assert post(front.nginx, "/information-packet/", body).status == 303


def test_with_no_web_process_at_all_people_get_a_sentence_and_the_log_no_token(
    front: Front, all_webs: list[Web]
) -> None:
    kept = front.nginx.get("/privacy/")
    for web in all_webs:
        web.stop()
    time.sleep(KEPT)
    # A page goes on for a minute, a form is never pretended to have been stored.
    assert front.nginx.get("/privacy/").content == kept.content
    assert post(front.nginx, "/newsletter/", urlencode({"email": "zoe@example.com"})).status == 503
    answer = front.nginx.get(f"/packet/{TOKEN}/")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert "back in a minute" in answer.text
    assert front.nginx.logged(answer)["path"] == "/packet/(token)"
    assert "tokencanary" not in front.nginx.logs


def test_400_slow_clients_hold_up_nobody(nginx: Nginx) -> None:
    slow = SlowClients(nginx, SLOW_CLIENTS)
    with slow:
        seconds = []
        for number in range(40):
            began = time.monotonic()
            assert nginx.get(f"/about/?number={number}").status == 200
            between = time.monotonic()
            body = urlencode({**FORM, "email": f"quick.{number}@example.com"})
            assert post(nginx, "/information-packet/", body).status == 303
            seconds += [between - began, time.monotonic() - between]
        assert slow.still_sending() == SLOW_CLIENTS
    say(f"400 slow clients: slowest of 80 good requests {max(seconds):.2f} s, median {sorted(seconds)[40]:.3f} s")
    assert max(seconds) < 1


class SlowClients:
    """Each has begun to post a form, and goes on with one letter a second, from a thread of their own."""

    def __init__(self, nginx: Nginx, count: int) -> None:
        self.nginx, self.count = nginx, count
        self.writers: list[asyncio.StreamWriter] = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> "SlowClients":
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self.connect(), self.loop).result(30)
        self.trickling = asyncio.run_coroutine_threadsafe(self.trickle(), self.loop)
        return self

    def __exit__(self, *_: object) -> None:
        self.trickling.cancel()
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def connect(self) -> None:
        tls = self.nginx.tls
        for _ in range(self.count):
            _, writer = await asyncio.open_connection("127.0.0.1", self.nginx.https_port, ssl=tls, server_hostname=HOST)
            head = "POST /information-packet/ HTTP/1.1\r\nHost: clinic.example\r\nContent-Length: 1000\r\n"
            writer.write(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nname=".encode())
            await writer.drain()
            self.writers.append(writer)

    async def trickle(self) -> None:
        while True:
            for writer in self.writers:
                writer.write(b"Z")
            await asyncio.sleep(1)

    async def close(self) -> None:
        for writer in self.writers:
            writer.transport.abort()
        for writer in self.writers:
            with suppress(OSError, ssl.SSLError):
                await writer.wait_closed()

    def still_sending(self) -> int:
        return sum(not writer.transport.is_closing() for writer in self.writers)
