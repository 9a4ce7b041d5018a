from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from articles.actions import change_address, withdraw
from articles.feeds import sitemap
from articles.models import Article
from clinic.models import StaffUser
from newsletters import links
from newsletters.models import Newsletter, Subscriber
from tests.newsletters.test_issue_pages import HOME, browser_of, change

SITE = "https://clinic.example"


@pytest.fixture
def site(first_content: None, settings: Any) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = SITE, ["clinic.example"]


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        ("", True),
        ("/newsletter/archive/feed/", True),
        ("/about/", True),
        # What most issues ask their readers to do.
        ("/information-packet/", True),
        ("/newsletter/", True),
        # A browser is led on to the page.
        ("/about", True),
        ("/research/?page=1#newest", True),
        ("/research/nothing/", False),
        ("/research/nothing", False),
        ("/admin", False),
    ],
)
def test_a_link_to_a_page_of_ours_is_followed_as_a_visitor_would(path: str, is_there: bool) -> None:
    assert links.answers(f"{SITE}{path}") is is_there


@pytest.mark.usefixtures("site")
def test_an_address_that_an_article_had_answers_until_it_is_withdrawn(staff: Any) -> None:
    article = Article.objects.published()[0]
    link = f"{SITE}{article.get_absolute_url()}"
    change_address(article=article, slug="second-try", by=staff)
    assert links.answers(link)
    withdraw(article=article, by=staff, reason="An error in it")
    assert not links.answers(link)


@pytest.mark.usefixtures("site")
def test_a_page_is_made_once_for_each_state_of_the_content_and_once_a_minute(
    staff: Any, django_assert_max_num_queries: Any
) -> None:
    article = Article.objects.published()[0]
    link = f"{SITE}{article.get_absolute_url()}"
    # After it was published, and at the beginning of a minute.
    with time_machine.travel(timezone.now().replace(second=0) + timedelta(minutes=1), tick=False) as clock:
        assert links.answers(link)
        # The savepoint and the state of the content.
        with django_assert_max_num_queries(3):
            assert links.answers(link)
        clock.shift(timedelta(minutes=1))
        with django_assert_max_num_queries(50) as asked:
            assert links.answers(link)
        assert len(asked) > 3
        withdraw(article=article, by=staff, reason="An error in it")
        assert not links.answers(link)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "link",
    [
        "http://clinic.example/research/nothing/",
        "https://clinic.example:443/research/nothing/",
        "HTTPS://Clinic.Example/research/nothing/",
    ],
)
def test_a_page_of_ours_is_known_however_its_address_is_written(link: str) -> None:
    assert not links.answers(link)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "link", ["https://clinic.example.org/nothing/", "https://clinic.example:8443/nothing/", "mailto:us@clinic.example"]
)
def test_nobody_elses_page_is_asked(link: str) -> None:
    assert links.trouble_with(link) == ""


@pytest.mark.usefixtures("site")
def test_every_page_that_search_engines_are_told_of_answers(rf: Any) -> None:
    told = sitemap(rf.get("/sitemap.xml")).content.decode()
    pages = [part.partition("</loc>")[0] for part in told.split("<loc>")[1:]]
    assert pages
    assert [page for page in pages if not links.answers(page)] == []


@pytest.mark.parametrize(
    "link",
    [
        "www.example.org",
        "research/",
        "#newest",
        "?page=2",
        # Of these nothing would be left but the words, since they begin as nothing that a reader may follow.
        "example.org:8080/x",
        "localhost:80",
        "http://example.org/x",
        "ftp://example.org/x",
    ],
)
def test_a_link_that_leads_nowhere_in_a_mail_stops_it(
    draft: Newsletter, writer: StaffUser, join: Callable[..., Subscriber], link: str
) -> None:
    join("anna@example.org")
    changed = change(draft, writer, introduction=f"Read [this]({link}).")
    page = browser_of(writer).get(f"{HOME}{changed.pk}/change/").text
    assert f"In a mail the link “{link}” leads nowhere. Begin it with https://" in page
    assert "Nothing stands in its way." not in page


def test_what_somebody_typed_that_is_no_address_is_a_sentence() -> None:
    assert "leads nowhere" in links.trouble_with("http://[clinic.example/")


@pytest.mark.parametrize(
    "words", ["[this](https://example.org:8080/x)", "<mailto:us@example.org>", "[us](tel:+12125550142)", "at 10:30 [x]"]
)
def test_what_is_a_link_or_none_at_all_stays(
    draft: Newsletter, writer: StaffUser, join: Callable[..., Subscriber], words: str
) -> None:
    join("anna@example.org")
    changed = change(draft, writer, introduction=f"Read {words}.")
    assert "leads nowhere" not in browser_of(writer).get(f"{HOME}{changed.pk}/change/").text
