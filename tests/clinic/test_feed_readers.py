"""What a feed reader makes of our feeds, by a parser that most of them share the habits of."""

from typing import Any

import feedparser
import pytest
from django.test import Client

from articles.models import Article, Topic
from foundation.models import ClinicProfile
from tests.articles.shown import shown
from tests.conftest import AWKWARD_NAME

ARTICLES = ["/research/feed/atom/", "/research/feed/rss/", "/research/topics/safety/feed/atom/"]
SLUG = "harms-of-cells-in-spinal-fluid"


@pytest.fixture(autouse=True)
def _content(first_content: None, settings: Any, staff: Any) -> None:
    settings.SITE_URL = "https://clinic.example"
    ClinicProfile.objects.update(name=AWKWARD_NAME, tagline="Cells & <plain> words")
    shown(Article.objects.get(slug=SLUG), staff, title=f"{AWKWARD_NAME} write <b>of cells</b>")


def read(client: Client, path: str) -> Any:
    response = client.get(path)
    return feedparser.parse(response.content, response_headers={"content-type": response["Content-Type"]})


@pytest.mark.parametrize("path", [*ARTICLES, "/newsletter/archive/feed/"])
def test_a_feed_has_no_fault_and_says_whose_it_is(client: Client, path: str) -> None:
    found = read(client, path)
    assert (found.bozo, found.get("bozo_exception")) == (False, None)
    # As escaped as a title of that kind wants it, and no more.
    assert "Zoë O'Brien &" in found.feed.title or Topic.objects.get(slug="safety").name in found.feed.title
    assert found.feed.link.startswith("https://clinic.example/")


@pytest.mark.parametrize("path", ARTICLES)
def test_each_entry_has_what_readers_sort_and_show_it_by(client: Client, path: str) -> None:
    found = read(client, path)
    assert found.entries
    for entry in found.entries:
        assert entry.id == entry.link
        assert entry.link.startswith("https://clinic.example/research/")
        assert entry.published_parsed
        assert "<h3>" in entry.summary
        assert path.endswith("rss/") or entry.updated_parsed
    assert len({entry.id for entry in found.entries}) == len(found.entries)


@pytest.mark.parametrize("path", ARTICLES)
def test_a_name_with_signs_of_markup_stands_in_a_title_as_it_was_written(client: Client, path: str) -> None:
    titles = [entry.title for entry in read(client, path).entries if SLUG in entry.link]
    assert [title.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for title in titles] == [
        f"{AWKWARD_NAME} write <b>of cells</b>"
    ]
