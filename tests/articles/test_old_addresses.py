"""An article that gets another address: the old one leads on, in one step, and is never another article's."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils.html import escape

from articles.actions import change_address, publish, release, withdraw
from articles.models import Article, SlugRedirect
from tests.articles.shown import saved, shown
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
ENTRY_ID = re.compile(r'<id>[^<]*</id>|<guid>[^<]*</guid>|"id": "[^"]*"')
GOES_ON = "Links to the old one go on working."


def page_of(article: Article) -> str:
    return f"{LIST}{article.pk}/change/"


def change(desk: Client, article: Article, slug: str) -> Any:
    action = f"{LIST}{article.pk}/address/"
    fields = untouched(desk.get(page_of(article)), action)
    return desk.post(action, {**fields, "slug": slug}, follow=True)


def now(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


@pytest.fixture
def draft(article: Article, staff: Any) -> Article:
    made = Article.objects.create(slug="a-draft")
    saved(made, staff, **article.content)
    return made


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_old_address_leads_to_the_present_one_in_one_step(
    desk: Client, client: Client, article: Article, method: str
) -> None:
    old = article.get_absolute_url()
    for slug in ("second-try", "third-try"):
        assert GOES_ON in change(desk, article, slug).text
    for path in (old, "/research/second-try/"):
        answer = getattr(client, method)(f"{path}?utm_source=a&utm_term=%C3%AB")
        assert answer.status_code == 301
        assert answer["Location"] == "/research/third-try/?utm_source=a&utm_term=%C3%AB"
        # What a browser keeps for good would go in circles once the article is at its old address again.
        assert "max-age=0" in answer["Cache-Control"]
    assert client.get(old)["Location"] == "/research/third-try/"
    assert client.get("/research/third-try/").status_code == 200


def test_whoever_goes_back_finds_the_article_there_and_is_led_from_the_other(
    desk: Client, client: Client, article: Article
) -> None:
    old = article.slug
    change(desk, article, "second-try")
    assert GOES_ON in change(desk, article, old).text
    assert client.get(f"/research/{old}/").status_code == 200
    assert client.get("/research/second-try/")["Location"] == f"/research/{old}/"
    assert list(SlugRedirect.objects.values_list("slug", flat=True)) == ["second-try"]


@pytest.mark.parametrize(
    "query",
    ["next=//evil.example", "//evil.example/", "@evil.example", "%0d%0aSet-Cookie:%20a=b", "https://evil.example"],
)
def test_nobody_is_led_off_the_site(desk: Client, client: Client, article: Article, query: str) -> None:
    old = article.get_absolute_url()
    change(desk, article, "second-try")
    answer = client.get(f"{old}?{query}", headers={"host": "localhost"})
    assert answer["Location"].startswith("/research/second-try/?")
    assert "Set-Cookie" not in answer.headers


def test_files_of_the_article_are_found_by_its_old_address_too(desk: Client, client: Client, article: Article) -> None:
    old = article.slug
    card = next(part for part in client.get(f"/research/{old}/").text.split('"') if "/card-" in part)
    card = card[card.index("/research/") :]
    change(desk, article, "second-try")
    assert client.get(f"/research/{old}/citation.ris")["Location"] == "/research/second-try/citation.ris"
    assert client.get(card)["Location"] == card.replace(old, "second-try")


def test_pages_map_feeds_and_search_say_the_new_address_and_none_the_old(
    desk: Client, client: Client, article: Article
) -> None:
    old = f"/research/{article.slug}/"
    topic = article.topics.all()[0].get_absolute_url()
    told = [
        "/research/",
        "/sitemap.xml",
        topic,
        f"{topic}feed/atom/",
        f"/research/search/?q={article.content['title']}",
    ]
    told += [f"/research/feed/{kind}/" for kind in ("atom", "rss", "json")]
    assert [path for path in told if old not in client.get(path).text] == []
    change(desk, article, "second-try")
    for path in [*told, "/research/second-try/"]:
        # By their id feeds know what they have shown before.
        text = ENTRY_ID.sub("", client.get(path).text)
        assert "/research/second-try/" in text, path
        assert old not in text, path


def test_of_what_is_withdrawn_the_old_address_says_why(
    desk: Client, client: Client, article: Article, staff: Any
) -> None:
    old, why = article.get_absolute_url(), "Zoë O'Brien & Sons found an error in it."
    change(desk, article, "second-try")
    withdraw(article=article, by=staff, reason=why)
    assert GOES_ON in change(desk, article, "third-try").text
    for path in (old, "/research/second-try/", "/research/third-try/"):
        answer = client.get(path)
        assert (answer.status_code, escape(why) in answer.text) == (410, True), path


def test_of_a_draft_nothing_is_kept_and_its_address_is_free_again(
    desk: Client, client: Client, draft: Article, article: Article
) -> None:
    assert "Nobody could read it at the old one." in change(desk, draft, "Second-Try").text
    assert now(draft).slug == "second-try"
    assert not SlugRedirect.objects.exists()
    assert [client.get(f"/research/{slug}/").status_code for slug in ("a-draft", "second-try")] == [404, 404]
    assert GOES_ON in change(desk, article, "a-draft").text


def test_what_waits_for_its_first_day_was_read_by_nobody(desk: Client, draft: Article, staff: Any) -> None:
    [revision] = draft.revisions.all()
    release(revision=revision, by=staff, reason="Why not")
    publish(revision=revision, by=staff, at=datetime(2199, 1, 1, tzinfo=UTC))
    change(desk, draft, "second-try")
    assert (now(draft).slug, SlugRedirect.objects.count()) == ("second-try", 0)


@pytest.mark.parametrize(
    ("slug", "sentence"),
    [
        ("harms-of-cells-in-spinal-fluid", "Another article has this address already."),
        ("Harms-Of-Cells-In-Spinal-Fluid", "Another article has this address already."),
        ("was-of-another", "Another article had this address"),
        ("feed", "The site itself uses this address."),
        ("search", "The site itself uses this address."),
        ("topics", "The site itself uses this address."),
        ("cord-cells-advanced-liver-cirrhosis", "It has this address already."),
        ("no/such", "Enter a valid “slug”"),
        ("", "This field is required."),
        ("x" * 101, "at most 100 characters"),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_a_sentence(
    desk: Client, article: Article, staff: Any, slug: str, sentence: str
) -> None:
    other = Article.objects.published().exclude(pk=article.pk).exclude(slug="harms-of-cells-in-spinal-fluid")[0]
    for each in ("was-of-another", "is-of-another"):
        change_address(article=other, slug=each, by=staff)
    answer = change(desk, article, slug)
    assert (answer.status_code, now(article).slug) == (422, article.slug)
    assert any(sentence in told for told in answer.context["refused"])
    # What was typed stands there to be mended.
    assert untouched(answer, f"{LIST}{article.pk}/address/")["slug"] == slug


def test_a_new_article_gets_none_that_was_read_before(desk: Client, article: Article) -> None:
    old = article.slug
    change(desk, article, "second-try")
    fields = untouched(desk.get(f"{LIST}add/"), "article_form")
    answer = desk.post(f"{LIST}add/", {**fields, "slug": old, "title": "Another one"})
    assert answer.status_code == 422
    assert "Another article had this address" in answer.text
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(slug=old)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.exclude(pk=article.pk).filter(pk=Article.objects.exclude(pk=article.pk)[0].pk).update(slug=old)


def test_the_page_names_who_changed_it_and_the_list_finds_it_by_the_old_one(
    desk: Client, article: Article, staff: Any
) -> None:
    old = article.slug
    change(desk, article, "second-try")
    page = " ".join(desk.get(page_of(article)).text.split())
    assert f"/research/{old}/" in page
    assert f"{staff.name} changed it on" in page
    assert now(article).slug in desk.get(LIST, {"q": old}).text


def test_who_may_not_change_the_article_does_not_change_its_address(
    article: Article, reviewing: Client, client: Client
) -> None:
    for visitor in (reviewing, client):
        visitor.post(f"{LIST}{article.pk}/address/", {"slug": "second-try"})
    assert now(article).slug == article.slug


def test_neither_a_draft_that_is_kept_nor_saving_touches_the_address(desk: Client, article: Article) -> None:
    typed = {**untouched(desk.get(page_of(article)), "article_form"), "slug": "second-try", "title": "Another title"}
    assert desk.post(f"{LIST}{article.pk}/draft/", typed).status_code == 200
    assert desk.post(page_of(article), typed).status_code == 302
    assert (now(article).slug, SlugRedirect.objects.count()) == (article.slug, 0)


def test_publishing_again_keeps_the_new_address(desk: Client, client: Client, article: Article, staff: Any) -> None:
    change(desk, article, "second-try")
    shown(article, staff, title="Zoë O'Brien & Sons look again")
    assert client.get("/research/second-try/").status_code == 200


def test_what_the_site_came_with_is_not_loaded_twice(desk: Client, article: Article) -> None:
    count = Article.objects.count()
    change(desk, article, "second-try")
    call_command("load_first_content")
    assert (Article.objects.count(), now(article).slug) == (count, "second-try")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_nobody_gets_an_address_that_is_being_given_up(article: Article, staff: Any) -> None:
    old, other = article.slug, Article.objects.exclude(pk=article.pk)[0]
    begun, waits = threading.Event(), threading.Event()

    def take(found: list[BaseException]) -> None:
        begun.wait(30)
        try:
            # In one transaction: behind pgbouncer the next may be on another connection, which has no such name.
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('application_name', 'takes-it', true)")
                waits.set()
                cursor.execute("UPDATE articles_article SET slug = %s WHERE id = %s", [old, other.pk])
        except IntegrityError as error:
            found.append(error)
        finally:
            connection.close()

    refused: list[BaseException] = []
    taker = threading.Thread(target=take, args=(refused,))
    taker.start()
    with transaction.atomic():
        change_address(article=article, slug="second-try", by=staff)
        begun.set()
        waits.wait(30)
        until(lambda: is_waiting("takes-it"))
    taker.join(30)
    assert len(refused) == 1
    assert now(other).slug == other.slug


def until(is_so: Callable[[], bool]) -> None:
    for _ in range(3000):
        if is_so():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came")


def is_waiting(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'", [name]
        )
        return bool(cursor.fetchone()[0])


def test_feeds_know_an_article_by_its_first_address_whichever_it_has(
    desk: Client, client: Client, article: Article
) -> None:
    feeds = [f"/research/feed/{kind}/" for kind in ("atom", "rss", "json")]
    feeds.append(f"{article.topics.all()[0].get_absolute_url()}feed/atom/")
    first = article.slug
    before = {path: ENTRY_ID.findall(client.get(path).text) for path in feeds}
    assert all(any(f"/research/{first}/" in found for found in ids) for ids in before.values())
    # Back at its first address for a time, too.
    for slug in ("second-try", first, "third-try", "second-try"):
        change(desk, article, slug)
        assert {path: ENTRY_ID.findall(client.get(path).text) for path in feeds} == before, slug


def test_a_draft_is_known_by_the_address_at_which_it_is_read_first(
    desk: Client, client: Client, draft: Article, staff: Any
) -> None:
    change(desk, draft, "second-try")
    [revision] = draft.revisions.all()
    release(revision=revision, by=staff, reason="A test of something else")
    publish(revision=revision, by=staff)
    change(desk, draft, "third-try")
    assert "/research/second-try/</id>" in client.get("/research/feed/atom/").text
    # Postgres keeps it, whoever saves a row that they read before.
    Article.objects.filter(pk=draft.pk).update(first_slug="")
    assert now(draft).first_slug == "second-try"


@pytest.mark.parametrize("way", [("second-try",), ("second-try", "third-try"), ("second-try", None)])
def test_the_upgrade_changes_no_id_of_what_moved_before(
    client: Client, article: Article, staff: Any, way: tuple[str | None, ...]
) -> None:
    first, trigger = article.slug, "TRIGGER article_keeps_its_first_address"
    for slug in way:
        change_address(article=article, slug=slug or first, by=staff)
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE articles_article DISABLE {trigger}")
        cursor.execute("UPDATE articles_article SET first_slug = ''")
        cursor.execute(f"ALTER TABLE articles_article ENABLE {trigger}")
    # The version before knew it by the address that it has, and so does whoever was shown it there.
    here = article_id(now(article))
    assert here in client.get("/research/feed/atom/").text
    change_address(article=article, slug="fourth-try", by=staff)
    assert here in client.get("/research/feed/atom/").text


def article_id(article: Article) -> str:
    return f"{article.get_absolute_url()}</id>"
