import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.test import Client

from articles.models import Article, Topic
from tests.articles.shown import shown

PAGES = [
    "/",
    "/research/",
    "/research/neural-progenitors-progressive-ms/",
    "/research/topics/multiple-sclerosis/",
    "/research/search/?q=liver",
    "/information-packet/",
    "/information-packet/thanks/",
    "/newsletter/",
    "/newsletter/check-your-email/",
    "/newsletter/archive/",
    "/about/",
    "/what-is-known/",
    "/costs/",
    "/questions-to-ask/",
    "/how-it-works/",
    "/glossary/",
    "/privacy/",
    "/accessibility/",
]
MACHINES = [
    "/research/topics/safety/feed/atom/",
    "/manifest.webmanifest",
    "/research/feed/atom/",
    "/research/feed/rss/",
    "/research/feed/json/",
    "/newsletter/archive/feed/",
    "/sitemap.xml",
    "/robots.txt",
]


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


@pytest.mark.parametrize("path", PAGES + MACHINES)
def test_every_public_address_answers_with_the_security_headers_and_no_cookie(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    policy = response["Content-Security-Policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_the_same_bytes_for_every_visitor(client: Client, staff: Any, path: str) -> None:
    visitor = client.get(path).content
    client.force_login(staff)
    assert client.get(path, headers={"User-Agent": "other", "Accept-Language": "de"}).content == visitor


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_nothing_of_another_host_and_runs_nothing_inline(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    for inline in (" style=", "<style", " onclick=", " hx-", "javascript:"):
        assert inline not in page
    for tag in ('src="http', "src='http", '<link rel="stylesheet" href="http', "@import"):
        assert tag not in page


@pytest.mark.parametrize("path", ["/", "/research/neural-progenitors-progressive-ms/"])
def test_both_forms_stand_on_home_and_article_pages(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert "Request Information Packet" in page
    assert "Subscribe To Our Newsletter" in page
    assert "The packet is FREE" in page


def test_the_forms_ids_are_unique_on_a_page(client: Client) -> None:
    import re

    ids = re.findall(r'\sid="([^"]+)"', client.get("/").content.decode())
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("slug", "topic"),
    [
        ("neural-progenitors-progressive-ms", "multiple-sclerosis"),
        ("cord-cells-advanced-liver-cirrhosis", "cirrhosis"),
        # Five conditions: nobody said which one is theirs. No condition: nothing to say.
        ("stem-cells-autoimmune-conditions", ""),
        ("harms-of-cells-in-spinal-fluid", ""),
        ("how-stem-cells-may-protect-tissue", ""),
    ],
)
def test_an_article_fills_in_its_own_address_and_the_one_condition_that_it_is_about(
    client: Client, slug: str, topic: str
) -> None:
    page = client.get(f"/research/{slug}/").content.decode()
    assert f'name="source_path" value="/research/{slug}/"' in page
    options = page.partition('name="topic"')[2].partition("</select>")[0]
    assert re.findall(r'<option value="([^"]*)" selected', options) == [topic]


@pytest.mark.parametrize("slug", ["neural-progenitors-progressive-ms", "cord-cells-advanced-liver-cirrhosis"])
def test_an_article_says_it_is_not_reviewed_and_what_came_later(client: Client, slug: str) -> None:
    page = client.get(f"/research/{slug}/").content.decode().lower()
    assert "not medically reviewed" in page
    assert "newer" in page


def test_a_draft_and_a_withdrawn_article_are_nowhere(client: Client) -> None:
    Article.objects.filter(slug="harms-of-cells-in-spinal-fluid").update(state="withdrawn")
    assert client.get("/research/harms-of-cells-in-spinal-fluid/").status_code == 410
    for path in ("/", "/research/", "/research/topics/safety/", "/research/search/?q=spinal", *MACHINES):
        assert b"harms-of-cells-in-spinal-fluid" not in client.get(path).content


def test_every_topic_of_an_article_has_a_page_that_lists_it(client: Client) -> None:
    for topic in Topic.objects.filter(articles__isnull=False).distinct():
        page = client.get(topic.get_absolute_url()).content.decode()
        assert all(article.get_absolute_url() in page for article in topic.articles.published())


def test_search_finds_words_whatever_their_case(client: Client) -> None:
    assert "cord-cells" in client.get("/research/search/", {"q": "LIVER cirrhosis"}).content.decode()
    assert "cord-cells" not in client.get("/research/search/", {"q": "zebra"}).content.decode()


@pytest.mark.parametrize("path", ["/research/feed/atom/", "/research/feed/rss/", "/sitemap.xml"])
def test_what_machines_read_is_well_formed_and_names_the_public_address(
    client: Client, path: str, settings: Any
) -> None:
    settings.SITE_URL = "https://clinic.example"
    text = client.get(path).content.decode()
    ET.fromstring(text)
    assert "https://clinic.example/research/neural-progenitors-progressive-ms/" in text
    assert "testserver" not in text


def test_the_number_of_queries_does_not_grow_with_the_articles(
    client: Client, staff: Any, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    # What stands on every page is read by the first that shows it.
    client.get("/information-packet/")
    few = {path: queries(path) for path in ("/", "/research/", "/research/feed/atom/")}
    one = Article.objects.first()
    for number in range(45):
        shown(Article.objects.create(slug=f"copy-{number}"), staff, **one.content)
    client.get("/information-packet/")
    assert {path: queries(path) for path in few} == few


def test_health_answers_whatever_the_host(client: Client) -> None:
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"Host": "10.1.2.3:1234"}).status_code == 200
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_healthz_asks_nothing_of_the_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_a_panel_is_made_once_for_all_pages_and_knows_where_it_stands(client: Client, first_content: None) -> None:
    paths = ("/", "/research/harms-of-cells-in-spinal-fluid/")
    read = [client.get(path).text for path in paths]
    for path, page in zip(paths, read, strict=True):
        assert page.count(f'name="source_path" value="{path}"') == 2
    assert 'aria-current="page"' in read[0]
    assert 'aria-current="true"' in read[1]
