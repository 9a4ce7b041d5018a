"""What a process holds of the public pages, seen from the web server's side."""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import brotli
import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.actions import publish, release, save_revision, withdraw
from articles.models import Article, Topic
from clinic import pages
from clinic.requests import REGISTRY
from enquiries.models import Packet
from foundation.actors import JOB
from foundation.models import ClinicProfile, ConsentWording, Holiday, OpeningHours
from foundation.outage import content
from tests.clinic.test_outage import outage
from tests.clinic.test_public_pages import MACHINES, PAGES
from tests.front_door import Answer

SLUG = "harms-of-cells-in-spinal-fluid"
ADDRESS = f"/research/{SLUG}/"
HELD = [path for path in PAGES + MACHINES if "?" not in path and "thanks" not in path]


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


def get(path: str = ADDRESS, method: str = "GET", **headers: str) -> Answer:
    path, _, query = path.partition("?")
    given = {f"HTTP_{name.upper()}": value for name, value in {"host": "testserver", **headers}.items()}
    return Answer(method, path, b"", "", QUERY_STRING=query, CONTENT_LENGTH="", **given)


def statements(ask: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        ask()
    return [query["sql"] for query in captured if "contentversion" not in query["sql"]]


def article() -> Article:
    return Article.objects.get(slug=SLUG)


@pytest.mark.parametrize("path", HELD)
def test_a_page_that_is_the_same_for_all_is_made_once(path: str) -> None:
    first = get(path)
    assert statements(lambda: get(path)) == []
    again = get(path)
    assert (again.status, again.body, again.headers) == (200, first.body, first.headers)
    assert "default-src 'none'" in again.headers["Content-Security-Policy"]
    assert again.headers["Vary"].endswith("Accept-Encoding")


def test_only_the_version_of_the_content_is_asked_for_and_that_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    get()
    monkeypatch.setattr("foundation.outage.LOOK_AGAIN_SECONDS", 1.0)
    get()
    with CaptureQueriesContext(connection) as captured:
        for _ in range(5):
            get()
    assert len(captured) == 0


def test_a_page_comes_compressed_as_the_browser_likes_it_and_is_the_same_page() -> None:
    plain = get()
    zipped, brotlied = get(accept_encoding="gzip, deflate"), get(accept_encoding="gzip, deflate, br, zstd")
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert brotlied.headers["Content-Encoding"] == "br"
    assert gzip.decompress(zipped.body) == brotli.decompress(brotlied.body) == plain.body
    assert len({answer.headers["ETag"] for answer in (plain, zipped, brotlied)}) == 3
    for answer in (plain, zipped, brotlied):
        assert answer.headers["Content-Length"] == str(len(answer.body))


@pytest.mark.parametrize(
    ("accepted", "given"),
    [("br;q=0, gzip", "gzip"), ("gzip;q=0", None), ("*", "br"), ("identity", None), ("br;q=nonsense", None)],
)
def test_what_a_client_refuses_it_does_not_get(accepted: str, given: str | None) -> None:
    for _ in range(2):
        assert get(accept_encoding=accepted).headers.get("Content-Encoding") == given


@pytest.fixture
def some_time_later() -> Iterator[None]:
    # Each change has a second of its own, and first content is many of them at once.
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        yield


def test_who_has_a_page_is_told_so_before_anything_is_rendered(some_time_later: None) -> None:
    first = get(accept_encoding="br")
    tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    for asked in (
        {"if_none_match": tag},
        {"if_none_match": f'"other", W/{tag}'},
        {"if_none_match": "*"},
        {"if_modified_since": changed},
    ):
        answer = get(accept_encoding="br", **asked)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["ETag"] == tag
        assert "Content-Length" not in answer.headers
    # The tag decides, wherever there is one; and each encoding has its own.
    assert get(accept_encoding="br", if_none_match='"other"', if_modified_since=changed).status == 200
    assert get(accept_encoding="gzip", if_none_match=tag).status == 200
    assert statements(lambda: get(accept_encoding="br", if_none_match=tag)) == []


def test_a_head_says_what_a_get_would_and_sends_nothing() -> None:
    page = get(accept_encoding="br")
    head = get(method="HEAD", accept_encoding="br")
    assert (head.status, head.body, head.headers) == (200, b"", page.headers)
    assert statements(lambda: get(method="HEAD")) == []


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/login/", "/admin/login/", "/newsletter/"])
def test_what_bears_a_token_against_forgery_is_made_for_each(path: str) -> None:
    first, second = get(path), get(path)
    cookies = [answer.headers.get("Set-Cookie", "") for answer in (first, second)]
    bears_one = "csrfmiddlewaretoken" in first.body.decode()
    assert bears_one == path.startswith(("/accounts/", "/admin/"))
    assert [bool(cookie) for cookie in cookies] == [bears_one, bears_one]
    assert bears_one == (first.body != second.body)


def test_a_list_that_has_one_more_since_its_time_came_is_no_list_of_before() -> None:
    Article.objects.filter(slug=SLUG).update(published_at=timezone.now() + timedelta(minutes=30))
    # Until some seconds after a change, no page says since when it is as it is.
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        before = get("/research/").headers["Last-Modified"]
    # As a process that was asked nothing when the moment passed.
    pages.forget()
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert get("/research/", if_modified_since=before).status == 200


@pytest.mark.parametrize("path", HELD)
def test_a_page_asks_for_three_things_at_most_when_it_is_made(path: str) -> None:
    get(path)
    # With a cookie, nothing is given from memory.
    assert len(statements(lambda: get(path, cookie="a=b"))) <= 3


@pytest.mark.parametrize(
    "path",
    [
        *("/research/search/?q=liver", "/information-packet/thanks/", "/newsletter/check-your-email/?domain=gmail.com"),
        *("/?utm_source=letter&q=x", "/?utm_source=%00", "/?utm_source=%ff", "/?utm_source=<b>", "/?utm=x"),
        *("/about/?page=2", "/research/?page=0", "/research/?page=02", "/healthz", "/readyz"),
        *("/nothing/", "/admin/login/", "/static/site.css", "/newsletter/confirm/x/"),
    ],
)
def test_nothing_is_held_that_strangers_could_have_any_number_of(path: str) -> None:
    for _ in range(2):
        get(path)
    assert pages.bytes_held() == 0


@pytest.mark.parametrize("path", [path for path in HELD if "?" not in path])
def test_whoever_follows_a_campaign_is_given_the_page_that_is_held_for_all(path: str) -> None:
    tracked = f"{path}?utm_source=Zo%20letter&utm_medium=e-mail&fbclid=IwAR0_x&gclid=Cj0.x&mc_cid=1a"
    made = []
    # Each rendered for itself.
    for asked in (tracked, path):
        pages.forget()
        made.append(get(asked))
    assert made[0].body == made[1].body
    assert made[0].headers["ETag"] == made[1].headers["ETag"]
    held = pages.bytes_held()
    assert statements(lambda: [get(f"{path}?utm_source={number}") for number in range(50)]) == []
    assert pages.bytes_held() == held
    assert get(tracked, if_none_match=made[1].headers["ETag"]).status == 304


def test_a_campaign_leads_to_the_same_page_of_a_list() -> None:
    get("/research/?page=1")
    assert statements(lambda: get("/research/?utm_source=letter&page=1&utm_medium=mail")) == []
    assert get("/research/?utm_source=letter&page=999").status == 404


@pytest.mark.parametrize(
    "asked",
    [{"hx_request": "true"}, {"cookie": "session=anything"}, {"host": "evil.example"}],
)
def test_whoever_may_get_something_else_goes_the_whole_way(asked: dict[str, str]) -> None:
    whole = get("/information-packet/")
    assert b"<html" in whole.body
    other = get("/information-packet/", **asked)
    assert "ETag" not in other.headers
    if "hx_request" in asked:
        assert b"<html" not in other.body
    if "host" in asked:
        assert other.status == 400
    assert get("/information-packet/").body == whole.body


def test_plain_http_is_led_to_https_though_the_page_is_held(settings: Any) -> None:
    get()
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    pages_of_http = get(x_forwarded_proto="http")
    assert "ETag" not in pages_of_http.headers
    assert get(x_forwarded_proto="https").headers["ETag"]


def rename(revision: Any, title: str) -> None:
    content = {**revision.content, "title": title}
    saved = save_revision(article=article(), content=content, by=JOB, source="first_content")
    release(revision=saved, by=JOB)
    publish(revision=saved, by=JOB)


CHANGES: dict[str, Callable[[], Any]] = {
    "publish": lambda: rename(article().live_revision, "Another title"),
    "withdraw": lambda: withdraw(article=article(), by=JOB, reason="It is wrong"),
    "topic": lambda: Topic.objects.filter(slug="safety").update(name="How safe it is"),
    "topics of an article": lambda: article().topics.clear(),
    "profile": lambda: ClinicProfile.objects.update(name="Zoë O'Brien & Sons"),
    "step": lambda: ClinicProfile.objects.get().process_steps.create(position=99, title="x", text="x"),
    "hours": lambda: ClinicProfile.objects.get().opening_hours.all().delete(),
    "holiday": lambda: Holiday.objects.create(profile_id=1, day="2030-01-01"),
    "wording": lambda: ConsentWording.objects.create(kind="packet", number=99, text="Other words."),
    "packet version": lambda: Packet.objects.update(title="x"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_moves_what_visitors_see_lets_go_of_every_page(what: str) -> None:
    get(), get("/about/")
    assert pages.bytes_held() > 0
    before = content()
    CHANGES[what]()
    get("/robots.txt")
    assert content() != before
    assert pages.bytes_held() < 10_000


def test_what_is_published_or_renamed_stands_there_at_once() -> None:
    get(), get("/")
    CHANGES["publish"]()
    CHANGES["profile"]()
    CHANGES["wording"]()
    page = get().body.decode()
    assert "Another title" in page
    assert "Zoë O&#x27;Brien &amp; Sons" in page
    assert "Other words." in page
    assert "Another title" in get("/").body.decode()


def test_what_was_taken_back_leaves_no_page_behind() -> None:
    before = get().body
    with transaction.atomic():
        CHANGES["publish"]()
        assert get().status == 200
        transaction.set_rollback(True)
    assert get().body == before
    CHANGES["profile"]()
    assert b"Another title" not in get().body


@pytest.fixture
def never_open() -> None:
    # Else a page says something new each time that the clinic opens or closes.
    OpeningHours.objects.all().delete()


@pytest.mark.usefixtures("never_open")
def test_an_article_comes_by_itself_when_its_time_has_come() -> None:
    moment = timezone.now() + timedelta(hours=1)
    Article.objects.filter(slug=SLUG).update(published_at=moment)
    for path in ("/research/", ADDRESS):
        get(path)
    listed = get("/research/")
    assert SLUG not in listed.body.decode()
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        assert get().status == 404
        assert statements(lambda: get("/research/")) == []
    with time_machine.travel(moment, tick=False):
        assert get().status == 200
        shown = get("/research/")
        assert SLUG in shown.body.decode()
        assert shown.headers["ETag"] != listed.headers["ETag"]
        assert statements(lambda: get("/research/")) == []


@pytest.mark.usefixtures("never_open")
def test_an_article_goes_by_itself_when_its_day_has_come() -> None:
    moment = timezone.now() + timedelta(hours=1)
    withdraw(article=article(), by=JOB, reason="It is wrong", at=moment)
    held = get()
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        assert statements(get) == []
        assert get().body == held.body
    with time_machine.travel(moment, tick=False):
        assert get().status == 410
        assert SLUG not in get("/research/").body.decode()


def test_while_the_database_is_away_what_is_held_is_given_and_what_was_withdrawn_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page, other = get(), get("/about/")
    with outage():
        assert get().body == page.body
        assert get("/about/?from=letter").body == other.body
        assert get("/research/").status == 503
    monkeypatch.setattr("foundation.outage._away_until", 0.0)
    CHANGES["withdraw"]()
    assert get().status == 410
    assert get("/about/").status == 200
    with outage():
        assert get().status == 503
        assert get("/about/").status == 200


def test_a_withdrawn_page_that_nobody_asked_for_since_does_not_come_back_either() -> None:
    get()
    CHANGES["withdraw"]()
    get("/robots.txt")
    with outage():
        assert get().status == 503


def test_a_page_made_while_the_database_was_away_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    get("/accessibility/")
    CHANGES["profile"]()
    get("/robots.txt")
    held = pages.bytes_held()
    with outage():
        # In the words that this process read last.
        assert get("/accessibility/").status == 200
        assert pages.bytes_held() == held
    monkeypatch.setattr("foundation.outage._away_until", 0.0)
    assert "Sons" in get("/accessibility/").body.decode()
    assert pages.bytes_held() > held


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 70_000)


def test_the_room_is_bounded_and_what_is_read_least_goes_first(little_room: None) -> None:
    get("/about/")
    for path in HELD:
        get(path)
        get(path, accept_encoding="br")
        get("/about/")
        assert 0 < pages.bytes_held() <= 70_000
    assert statements(lambda: get("/about/")) == []
    assert statements(lambda: get("/")) != []


def test_each_answer_from_memory_is_counted_under_its_route() -> None:
    def counted() -> float:
        labels = {"method": "GET", "route": "research/<slug:slug>/", "status": "200"}
        return REGISTRY.get_sample_value("clinic_requests_total", labels) or 0

    get()
    before = counted()
    get()
    assert counted() == before + 1


def test_every_table_that_a_held_page_reads_moves_the_version() -> None:
    # Whoever makes a public page read another table adds content_trigger to it.
    with CaptureQueriesContext(connection) as captured:
        for path in HELD:
            pages.forget()
            get(path)
    read = {table for query in captured for table in re.findall(r'(?:FROM|JOIN) "?(\w+)"?', query["sql"])}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'move_content_version'::regproc")
        moving = {table for (table,) in cursor.fetchall()}
    # Revisions never change, and become visible by a change of their article; times of change come with what changed.
    assert read - moving == {"foundation_contentversion", "foundation_contentchange", "articles_articlerevision"}


@pytest.mark.parametrize("path", ["/research/", "/research/topics/safety/", "/newsletter/archive/"])
def test_while_the_database_is_away_the_first_page_of_a_list_does_not_pass_for_another(path: str) -> None:
    assert get(path).status == 200
    with outage():
        # What is no number is refused without asking.
        assert {get(f"{path}?page={page}").status for page in ("99", "0", "x", "-1")} <= {404, 503}
        assert get(f"{path}?page=1").status == 200
