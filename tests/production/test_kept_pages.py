import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.production.front import KEPT, MARKS, TOKEN, Front, page_of, post
from tests.production.nginx import Nginx

pytestmark = MARKS

CROWD = 48


@pytest.mark.alone
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


SLUG = "harms-of-cells-in-spinal-fluid"
PUBLISHED = f"UPDATE articles_article SET state = 'published' WHERE slug = '{SLUG}'"
WITHDRAWN = f"UPDATE articles_article SET state = 'withdrawn' WHERE slug = '{SLUG}'"


def test_what_is_withdrawn_is_gone_after_that_moment(front: Front) -> None:
    path = f"/research/{SLUG}/"
    assert front.nginx.get(path).status == 200
    front.sql(WITHDRAWN)
    try:
        time.sleep(KEPT)
        assert front.nginx.get(path).status == 410
    finally:
        front.sql(PUBLISHED)
        time.sleep(KEPT)
    assert front.nginx.get(path).status == 200


def test_what_is_not_there_is_not_kept(front: Front) -> None:
    missing = "UPDATE articles_article SET state = 'draft' WHERE slug = %s"
    front.sql(missing, SLUG)
    try:
        time.sleep(KEPT)
        assert front.nginx.get(f"/research/{SLUG}/").status == 404
    finally:
        front.sql(PUBLISHED)
    assert front.nginx.get(f"/research/{SLUG}/").status == 200


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
@pytest.mark.alone
def test_what_changes_is_seen_by_every_process_within_two_seconds(
    front: Front, change: str, path: str, shown: str
) -> None:
    for web in front.webs:
        page_of(web, path), page_of(web, path)
    front.sql(change)
    changed = time.monotonic()
    for web in front.webs:
        asked = time.monotonic()
        while (shown.strip("!") in page_of(web, path)) == shown.startswith("!"):
            assert asked - changed < 2
            time.sleep(0.02)
            asked = time.monotonic()


@pytest.mark.alone
@pytest.mark.parametrize("path", ["/nothing/", "/static/nothing.css", "/admin"])
def test_those_who_ask_for_what_is_not_kept_do_not_wait_for_each_other(nginx: Nginx, path: str) -> None:
    def ask(_number: int) -> int:
        return nginx.get(path).status

    # As fast as this machine is just now. Behind each other, half of them would take half a second each.
    assert {ask(number) for number in range(4)} <= {301, 404}
    began = time.monotonic()
    asked_in_a_row = [ask(number) for number in range(CROWD)]
    between = time.monotonic()
    with ThreadPoolExecutor(CROWD) as crowd:
        assert list(crowd.map(ask, range(CROWD))) == asked_in_a_row
    assert time.monotonic() - between < 2 * (between - began)


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
