from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from articles.actions import change_address
from articles.models import Article
from newsletters import actions
from newsletters.models import LinkCount, Newsletter
from tests.browser_posts import untouched
from tests.newsletters.conftest import approve

BROWSER = {
    "user-agent": "Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
    "accept-language": "de-DE,de;q=0.9",
    "sec-fetch-dest": "document",
}
READERS = 10


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def counting(
    clock: Any, draft: Newsletter, under_way: Callable[[], Newsletter], join: Any, deliver: Callable[[], None]
) -> Newsletter:
    """Out for a quarter of an hour."""
    for number in range(READERS):
        join(f"reader{number}@example.org")
    draft.counts_clicks = True
    draft.save()
    found = under_way()
    deliver()
    actions.end_finished()
    clock.shift(timedelta(minutes=15))
    return found


def link(newsletter: Newsletter, place: int = 0) -> str:
    return f"/newsletter/go/{newsletter.slug}/{slug(newsletter, place)}/"


def slug(newsletter: Newsletter, place: int = 0) -> str:
    return newsletter.content["entries"][place]["path"].strip("/").rpartition("/")[2]


def counted() -> int:
    return sum(LinkCount.objects.values_list("follows", flat=True))


def test_a_link_of_an_issue_is_counted_as_a_sum_and_names_nobody(
    client: Client, counting: Newsletter, mailoutbox: list[Any], desk: Client
) -> None:
    html = mailoutbox[0].alternatives[0][0]
    path = counting.content["entries"][0]["path"]
    assert {link(counting) in mail.alternatives[0][0] for mail in mailoutbox} == {True}
    assert (f'{settings.SITE_URL}{path}"' in html, f"{path}\n" in mailoutbox[0].body) == (False, True)
    archived = client.get(f"/newsletter/archive/{counting.slug}/").text
    assert (f'{path}"' in archived, "/newsletter/go/" in archived) == (True, False)
    for _time in range(9):
        answer = client.get(link(counting), headers=BROWSER)
        assert (answer.status_code, answer["Location"], answer.cookies) == (302, path, {})
    assert "no-store" in answer["Cache-Control"]
    assert shown(desk, counting) == ["fewer than ten", "fewer than ten"]
    client.get(link(counting), headers=BROWSER)
    assert shown(desk, counting) == ["10", "fewer than ten"]
    (row,) = LinkCount.objects.values()
    assert set(row) == {"id", "newsletter_id", "article_id", "day", "follows", "last_at"}


def test_a_link_of_an_issue_is_counted_and_leads_to_its_article_also_at_another_address(
    client: Client, counting: Newsletter, desk: Client, staff: Any
) -> None:
    for slug in ("second-try", "third-try"):
        change_address(article=Article.objects.get(pk=counting.content["entries"][0]["article"]), slug=slug, by=staff)
    for _time in range(10):
        answer = client.get(link(counting), headers=BROWSER, follow=True)
        assert (answer.status_code, answer.redirect_chain) == (200, [("/research/third-try/", 302)])
    assert client.get(link(counting))["Location"] == "/research/third-try/"
    assert shown(desk, counting) == ["10", "fewer than ten"]


def shown(desk: Client, newsletter: Newsletter) -> list[str]:
    page = desk.get(f"/admin/newsletters/newsletter/{newsletter.pk}/numbers/")
    return [found.times for found in page.context["followed"]]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"user-agent": "curl/8.5.0"},
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "Mozilla/5.0 Barracuda Sentinel"},
        {"accept-language": None},
        {"sec-purpose": "prefetch;prerender"},
        {"x-moz": "prefetch"},
        {"sec-fetch-dest": "empty"},
    ],
)
def test_machines_are_not_counted(client: Client, counting: Newsletter, headers: dict[str, str | None]) -> None:
    sent = {name: value for name, value in {**BROWSER, **headers}.items() if value} if headers else {}
    assert client.get(link(counting), headers=sent).status_code == 302
    assert client.head(link(counting), headers=BROWSER).status_code == 302
    assert counted() == 0


def test_what_comes_at_once_or_follows_every_link_is_not_counted(
    client: Client, counting: Newsletter, clock: Any
) -> None:
    clock.shift(-timedelta(minutes=10))
    client.get(link(counting), headers=BROWSER)
    assert counted() == 0
    clock.shift(timedelta(minutes=10))
    for place in (0, 1):
        client.get(link(counting, place), headers=BROWSER)
    assert counted() == 1
    clock.shift(timedelta(seconds=3))
    client.get(link(counting, 1), headers=BROWSER)
    assert counted() == 2


def test_it_leads_to_articles_of_ours_alone_also_without_the_database(
    client: Client, counting: Newsletter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get(f"/newsletter/go/{counting.slug}/no-such/", headers=BROWSER)["Location"] == "/research/no-such/"
    for address in ("https://evil.example/", "//evil.example", "..%2F..", "a/../b"):
        assert client.get(f"/newsletter/go/{counting.slug}/{address}", headers=BROWSER).status_code in (301, 404)
    assert counted() == 0

    def refuse(*_args: Any) -> Any:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(refuse):
        answer = client.get(link(counting), headers=BROWSER)
    assert (answer.status_code, answer["Location"]) == (302, counting.content["entries"][0]["path"])


def test_without_the_tick_links_are_direct_and_nothing_is_counted(
    client: Client, under_way: Any, join: Any, deliver: Any, mailoutbox: list[Any], clock: Any, desk: Client
) -> None:
    join("anna@example.org")
    plain = under_way()
    deliver()
    assert "/newsletter/go/" not in mailoutbox[0].alternatives[0][0]
    clock.shift(timedelta(minutes=15))
    assert client.get(link(plain), headers=BROWSER).status_code == 302
    assert counted() == 0
    assert shown(desk, plain) == []


def test_whoever_looks_at_it_before_sees_the_links_that_readers_get(
    desk: Client, draft: Newsletter, sender: Any, deliver: Callable[[], None], mailoutbox: list[Any]
) -> None:
    draft.counts_clicks = True
    draft.save()
    link = f"/newsletter/go/test/{draft.entries.all()[0].article.slug}/"
    assert f'{settings.SITE_URL}{link}"' in desk.get(f"/admin/newsletters/newsletter/{draft.pk}/mail/light/").text
    actions.send_test(newsletter=draft, by=sender)
    deliver()
    assert f'{settings.SITE_URL}{link}"' in mailoutbox[0].alternatives[0][0]
    assert desk.get(link, headers=BROWSER)["Location"] == draft.entries.all()[0].article.get_absolute_url()


def test_it_is_ticked_with_the_words_and_approved_with_them(
    desk: Client, draft: Newsletter, sender: Any, join: Any
) -> None:
    join("anna@example.org")
    url = f"/admin/newsletters/newsletter/{draft.pk}/edit/"
    form = untouched(desk.get(url), "newsletter_form")
    assert "counts_clicks" not in form
    assert desk.post(url, {**form, "counts_clicks": "on"}).status_code == 302
    draft.refresh_from_db()
    assert draft.counts_clicks
    approved = approve(draft, sender)
    assert approved.content["counts_clicks"]
    with pytest.raises(Exception, match="is no draft any more"), transaction.atomic():
        Newsletter.objects.filter(pk=draft.pk).update(counts_clicks=False)
