import json
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.models import Article, Topic
from clinic import pages
from clinic.embedded.processes import ROOT
from foundation.models import ClinicProfile

SLUG = "harms-of-cells-in-spinal-fluid"
ADDRESS = f"/research/{SLUG}/"
ATOM = "{http://www.w3.org/2005/Atom}"
# What a page about a study may say of itself. No evidence level, no rating, and no words that say it is the study.
ALLOWED = {
    "MedicalWebPage": {
        *("@id", "url", "name", "description", "inLanguage", "datePublished", "dateModified", "audience", "about"),
        *("citation", "publisher", "lastReviewed", "reviewedBy"),
    },
    "MedicalScholarlyArticle": {"name", "author", "isPartOf", "datePublished", "sameAs"},
    "Organization": {"@id", "name", "url", "telephone", "email"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "PeopleAudience": {"audienceType"},
    "MedicalEntity": {"name"},
    "MedicalTrial": {"identifier", "sameAs"},
    "Person": {"name"},
    "Periodical": {"name"},
}


@pytest.fixture(autouse=True)
def _content(first_content: None, settings: Any) -> None:
    settings.SITE_URL = "https://clinic.example"


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.text


def graph(client: Client, address: str = ADDRESS) -> list[dict[str, Any]]:
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(client, address), re.DOTALL)
    return json.loads(text)["@graph"]


def nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [node for entry in value for node in nodes(entry)]
    if not isinstance(value, dict):
        return []
    return [value, *nodes(list(value.values()))]


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/", "/"),
        (f"{ADDRESS}?utm_source=letter", ADDRESS),
        ("/research/?page=1", "/research/"),
        ("/about/", "/about/"),
    ],
)
def test_a_page_names_the_one_address_that_it_has(client: Client, path: str, own: str) -> None:
    assert f'<link rel="canonical" href="https://clinic.example{own}">' in page(client, path)


@pytest.mark.parametrize(
    "path", ["/newsletter/archive/feed/", "/research/feed/rss/", "/research/topics/safety/feed/atom/"]
)
def test_a_feed_without_an_entry_says_the_same_of_itself_whenever_it_is_asked(client: Client, path: str) -> None:
    Article.objects.published().update(state="withdrawn")
    texts = []
    for days in (1, 2):
        pages.forget()
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            texts.append(client.get(path).text)
    assert "<entry>" not in texts[0]
    assert "<item>" not in texts[0]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("path", ["/nothing/", "/research/search/?q=x", "/information-packet/thanks/"])
def test_what_no_search_engine_should_keep_names_none(client: Client, path: str) -> None:
    assert "canonical" not in client.get(path).text


@pytest.mark.parametrize("page", ["99", "0", "x", "-1"])
@pytest.mark.parametrize(
    "path",
    [
        "/research/",
        "/research/topics/safety/",
        "/research/search/",
        "/research/search/?q=liver",
        "/newsletter/archive/",
    ],
)
def test_a_page_of_a_list_that_is_not_there_is_not_found(client: Client, path: str, page: str) -> None:
    asked = f"{path}{'&' if '?' in path else '?'}page={page}"
    # A page that is held already must not be given in its place.
    assert (client.get(path).status_code, client.get(asked).status_code) == (200, 404)


def test_a_withdrawn_article_says_that_it_was_withdrawn(client: Client) -> None:
    Article.objects.filter(slug=SLUG).update(state="withdrawn")
    response = client.get(ADDRESS)
    assert response.status_code == 410
    assert "This summary was withdrawn" in response.text
    # Of those that are left some are retracted, and of many nobody reviewed them.
    assert "stand by" not in response.text
    assert "Questions? Call us:" in response.text
    assert "noindex" in response.text
    # A proxy must be able to keep this instead of the article.
    assert "no-store" not in response["Cache-Control"]


def test_what_was_never_published_is_not_there(client: Client) -> None:
    Article.objects.filter(slug=SLUG).update(state="withdrawn", published_at=None)
    assert client.get(ADDRESS).status_code == 404
    assert client.get("/research/nothing-at-all/").status_code == 404


def test_an_article_describes_itself_in_allowed_words(client: Client) -> None:
    found = nodes(graph(client))
    for node in found:
        assert set(node) - {"@type"} <= ALLOWED.get(node.get("@type", ""), {"@id"}), node
    kinds = {node["@type"] for node in found if "@type" in node}
    assert {"MedicalWebPage", "MedicalScholarlyArticle", "Organization", "BreadcrumbList"} <= kinds
    [about] = [node for node in found if node.get("@type") == "MedicalWebPage"]
    assert about["url"] == f"https://clinic.example{ADDRESS}"
    assert "citation_" not in page(client, ADDRESS)


def test_home_says_whose_site_it_is(client: Client) -> None:
    [clinic] = graph(client, "/")
    assert clinic["@type"] == "Organization"
    assert set(clinic) - {"@type"} <= ALLOWED["Organization"]
    assert (clinic["@id"], clinic["name"]) == ("https://clinic.example/#clinic", ClinicProfile.objects.current().name)


def test_an_article_names_its_trial_and_the_day_of_a_review_that_holds(client: Client) -> None:
    address = "/research/neural-progenitors-progressive-ms/"
    [about] = [node for node in nodes(graph(client, address)) if node.get("@type") == "MedicalWebPage"]
    [trial] = [node for node in about["about"] if node["@type"] == "MedicalTrial"]
    # Not the later trial, of which the page only tells.
    assert trial["identifier"] == "NCT01933802"
    assert "lastReviewed" not in about
    Article.objects.filter(slug="neural-progenitors-progressive-ms").update(reviewed_on=date(2026, 11, 2))
    [about] = [node for node in nodes(graph(client, address)) if node.get("@type") == "MedicalWebPage"]
    assert about["lastReviewed"] == "2026-11-02"


def test_a_name_cannot_end_the_description(client: Client) -> None:
    ClinicProfile.objects.update(name="Zoë </script><script>alert(1)</script>")
    assert "<script>alert" not in page(client, ADDRESS)
    assert any(node.get("name", "").startswith("Zoë </script>") for node in graph(client))


def test_a_topic_has_a_feed_of_its_own_with_what_speaks_against_each(client: Client) -> None:
    topic = Topic.objects.get(slug="safety")
    path = "/research/topics/safety/feed/atom/"
    feed = ET.fromstring(page(client, path))
    assert topic.name in feed.findtext(f"{ATOM}title", "")
    links = {link.get("href") for link in feed.iter(f"{ATOM}link")}
    assert f"https://clinic.example{path}" in links
    listed = {entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")}
    assert listed == {f"https://clinic.example{article.get_absolute_url()}" for article in topic.articles.published()}
    for entry in feed.iter(f"{ATOM}entry"):
        assert "<h3>" in entry.findtext(f"{ATOM}summary", "")
    assert path in page(client, "/research/topics/safety/")
    assert client.get("/research/topics/nothing/feed/atom/").status_code == 404


def test_browsers_and_researchers_find_what_they_look_for(client: Client) -> None:
    icon = client.get("/favicon.ico")
    assert icon["Content-Type"] == "image/x-icon"
    assert icon.content[:4] == b"\0\0\1\0"
    ClinicProfile.objects.update(name="Zoë O'Brien & Sons", email="desk@clinic.example")
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["name"] == "Zoë O'Brien & Sons"
    lines = client.get("/.well-known/security.txt").text.splitlines()
    assert "Contact: mailto:desk@clinic.example" in lines
    assert "Canonical: https://clinic.example/.well-known/security.txt" in lines
    assert any(re.fullmatch(r"Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line) for line in lines)
    for name in ("favicon.ico", "manifest.webmanifest"):
        assert f'href="/{name}"' in page(client, "/")


def test_no_form_posts_to_an_empty_address() -> None:
    assert [path.name for path in (ROOT / "templates").rglob("*.html") if 'action=""' in path.read_text()] == []
