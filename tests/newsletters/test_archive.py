from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from articles.actions import withdraw
from articles.models import Article
from clinic import pages
from foundation.models import ClinicProfile
from mailings import delivery
from newsletters import actions, archive
from newsletters.actions import digests
from newsletters.models import Newsletter, Subscriber, account_of
from tests.articles.shown import shown
from tests.newsletters.conftest import SUBJECT, approve, launch


@pytest.fixture
def sent(under_way: Callable[[], Newsletter], join: Any, deliver: Callable[[], None]) -> Newsletter:
    join("anna@example.org")
    newsletter = under_way()
    deliver()
    assert actions.end_finished() == 1
    newsletter.refresh_from_db()
    return newsletter


def test_what_went_out_is_read_by_everybody(client: Client, sent: Newsletter) -> None:
    listed = client.get("/newsletter/archive/")
    path = f"/newsletter/archive/{sent.slug}/"
    assert f'href="{path}"' in listed.text
    page = client.get(path)
    assert "<strong>us</strong>" in page.text
    for entry in sent.content["entries"]:
        assert entry["path"] in page.text
    assert page.text.count("Limits:") == page.text.count("Harms:") == len(sent.content["entries"])


def test_nothing_says_who_got_it(client: Client, sent: Newsletter) -> None:
    subscriber = Subscriber.objects.get()
    for path in ("", "feed/", f"{sent.slug}/"):
        text = client.get(f"/newsletter/archive/{path}").text
        for trace in ("anna", subscriber.uuid.hex, "/unsubscribe/", "/preferences/", "standin"):
            assert trace not in text


def test_before_it_has_gone_out_nobody_reads_it(client: Client, draft: Newsletter, sender: Any, join: Any) -> None:
    join("anna@example.org")
    launched = launch(approve(draft, sender), sender)
    launched.refresh_from_db()
    assert SUBJECT not in client.get("/newsletter/archive/").text.replace("&#x27;", "'")
    assert client.get("/newsletter/archive/1-what-we-read-zoe-obrien-sons/").status_code == 404


def test_whoever_got_an_issue_that_was_stopped_on_its_way_finds_it_and_nobody_is_sent_it(
    client: Client,
    under_way: Callable[[], Newsletter],
    join: Any,
    deliver: Callable[[], None],
    sender: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("anna", "bob"):
        join(f"{name}@example.org")
    newsletter = under_way()
    sent = delivery.transport.send

    def cancel_after_it(connection: Any, message: Any) -> Any:
        result = sent(connection, message)
        actions.cancel(newsletter=newsletter, by=sender)
        return result

    monkeypatch.setattr(delivery.transport, "send", cancel_after_it)
    deliver()
    newsletter.refresh_from_db()
    account = account_of(newsletter)
    assert (newsletter.state, account["sent"], account["cancelled"]) == ("cancelled", 1, 1)
    path = f"/newsletter/archive/{newsletter.slug}/"
    listed, page = client.get("/newsletter/archive/"), client.get(path)
    assert f'href="{path}"' in listed.text
    for shown_page in (listed, page):
        assert "This issue was stopped on its way: not everybody got it." in shown_page.text
    assert '<meta name="robots" content="noindex">' in page.text
    for machine in ("/newsletter/archive/feed/", "/sitemap.xml"):
        assert path not in client.get(machine).text
    today = ClinicProfile.objects.current().today()
    assert not digests.issues_of(today.replace(day=1))


def test_an_issue_that_was_stopped_before_anybody_had_it_is_read_by_nobody(
    client: Client, under_way: Callable[[], Newsletter], join: Any, sender: Any
) -> None:
    join("anna@example.org")
    newsletter = under_way()
    actions.cancel(newsletter=newsletter, by=sender)
    assert client.get(f"/newsletter/archive/{newsletter.slug}/").status_code == 404
    assert newsletter.slug not in client.get("/newsletter/archive/").text


def test_each_issue_is_an_entry_of_the_feed_and_of_the_map(client: Client, sent: Newsletter) -> None:
    feed = client.get("/newsletter/archive/feed/")
    assert feed.text.count("<entry>") == 1
    assert f"/newsletter/archive/{sent.slug}/" in feed.text
    assert sent.content["entries"][0]["limits"][:20] in feed.text.replace("&amp;", "&")
    sitemap = client.get("/sitemap.xml").text
    assert f"/newsletter/archive/{sent.slug}/</loc>" in sitemap
    assert "/newsletter/archive/</loc>" in sitemap


def test_what_was_withdrawn_since_is_not_read_in_the_archive(client: Client, sent: Newsletter, staff: Any) -> None:
    gone, stays = sent.content["entries"]
    withdraw(article=Article.objects.get(pk=gone["article"]), by=staff, reason="A test of something else")
    for path in ("feed/", f"{sent.slug}/"):
        text = client.get(f"/newsletter/archive/{path}").text
        assert "This summary was withdrawn" in text
        assert (gone["path"] in text, stays["path"] in text) == (False, True)
        assert gone["summary"][:30] not in text


def test_an_issue_that_is_listed_says_before_its_words_what_speaks_against_them_since(
    client: Client, sent: Newsletter, staff: Any
) -> None:
    gone, other = (Article.objects.get(pk=entry["article"]) for entry in sent.content["entries"])
    withdraw(article=gone, by=staff, reason="A test of something else")
    shown(other, staff, newer_evidence=[{"effect": "overturns", "text": "New.", "url": "https://example.org/"}])
    page = client.get("/newsletter/archive/").text
    description = client.get(f"/newsletter/archive/{sent.slug}/").text.partition('name="description"')[2][:500]
    for said in (f"“{gone}”: This summary was withdrawn.", f"“{other}”: A newer study did not confirm this result."):
        assert page.index(said) < page.index("Two studies"), said
        assert said in description


def test_what_speaks_against_an_article_since_stands_in_the_archive(
    client: Client, sent: Newsletter, staff: Any
) -> None:
    entry = sent.content["entries"][0]
    article = Article.objects.get(pk=entry["article"])
    newer = {"text": "A larger trial.", "url": "https://example.org/newer"}
    shown(article, staff, newer_evidence=[{**newer, "effect": "weakens"}, {**newer, "effect": "changes"}])
    for path in ("feed/", f"{sent.slug}/"):
        text = client.get(f"/newsletter/archive/{path}").text
        assert "Newer evidence makes this result less certain." in text
        assert "Newer evidence changes the picture." in text


def test_a_page_held_in_memory_goes_when_an_issue_is_sent(client: Client, sent: Newsletter) -> None:
    before = pages.outage.content()
    actions.save_newsletter(by=sent.approved_by, articles=[], subject="Another", introduction="")  # type: ignore[arg-type]
    after = pages.outage.content()
    assert before
    assert after
    assert before.version != after.version


def test_the_pages_ask_as_much_for_many_entries_as_for_one(
    client: Client, sent: Newsletter, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        client.get(f"/newsletter/archive/{sent.slug}/")


def test_machines_are_kept_from_the_links_of_single_readers(client: Client, first_content: None) -> None:
    robots = client.get("/robots.txt").text
    for links in ("confirm", "unsubscribe", "preferences"):
        assert f"Disallow: /newsletter/{links}/" in robots
    assert "Disallow: /newsletter/archive/" not in robots


def test_the_archive_is_read_page_by_page(
    client: Client, sent: Newsletter, writer: Any, sender: Any, deliver: Callable[[], None], monkeypatch: Any
) -> None:
    articles = [entry.article for entry in sent.entries.all()]
    second = actions.save_newsletter(by=writer, articles=articles, subject="The second one")
    launched = launch(approve(second, sender), sender)
    assert launched.scheduled_for is not None
    assert actions.begin_due(launched.scheduled_for) == 1
    deliver()
    assert actions.end_finished() == 1
    monkeypatch.setattr(archive, "PER_PAGE", 1)
    newer, older = (client.get(f"/newsletter/archive/{page}").text for page in ("", "?page=2"))
    assert ("The second one" in newer, f"/{sent.slug}/" in newer) == (True, False)
    assert ("The second one" in older, f"/{sent.slug}/" in older) == (False, True)
    assert 'href="?page=2"' in newer
    assert '/newsletter/archive/?page=2">' in older.partition("canonical")[2][:100]
    assert client.get("/newsletter/archive/?page=3").status_code == 404
