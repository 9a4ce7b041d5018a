"""When the map of the site says that each page changed: with what stands on it, and with nothing else."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import parse_http_date

from articles.actions import approve, change_address, publish, release
from articles.models import Article, Reviewer
from clinic import pages
from foundation.models import ContentChange, ContentVersion, ProfileRevision
from tests.articles.retraction_list import row
from tests.articles.shown import saved
from tests.browser_posts import untouched
from tests.clinic.test_pages_in_memory import get
from tests.conftest import AWKWARD_NAME

LIST = "/admin/articles/article/"
PROFILE = "/admin/foundation/clinicprofile/1/change/"
LISTS = {"/", "/research/"}
# What stands around each page, and on which the details of the clinic are much of what is read.
OF_THE_CLINIC = {
    *("/", "/about/", "/glossary/", "/privacy/", "/accessibility/", "/information-packet/", "/newsletter/"),
    *("/newsletter/archive/", "/what-is-known/", "/costs/", "/questions-to-ask/", "/how-it-works/"),
}


def dates(client: Client) -> dict[str, str]:
    found = re.findall(
        r"<loc>https?://[^/]+([^<]*)</loc>(?:<lastmod>([^<]*)</lastmod>)?", client.get("/sitemap.xml").text
    )
    return dict(found)


@pytest.fixture
def moved(client: Client, first_content: None) -> Callable[[Callable[[], Any]], set[str]]:
    def of(act: Callable[[], Any]) -> set[str]:
        before = dates(client)
        act()
        after = dates(client)
        # Nothing becomes older by what somebody does.
        assert all(after[path] >= date for path, date in before.items() if path in after)
        return {path for path in {*before, *after} if before.get(path) != after.get(path)}

    return of


def save(desk: Client, page: str, form: str, **fields: Any) -> None:
    answer = desk.post(page, {**untouched(desk.get(page), f"{form}_form"), **fields})
    assert answer.status_code == 302


def topics_of(article: Article) -> set[str]:
    return {topic.get_absolute_url() for topic in article.topics.all()}


def test_every_page_has_a_date_that_is_over_and_stays_as_it_is(client: Client, first_content: None) -> None:
    found = dates(client)
    assert {*found} > OF_THE_CLINIC | LISTS
    assert {path for path, date in found.items() if not date} == set()
    assert all(datetime.fromisoformat(date) <= timezone.now() for date in found.values())
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert dates(client) == found


def test_a_save_that_changes_nothing_moves_no_date(moved: Any, desk: Client) -> None:
    assert moved(lambda: save(desk, PROFILE, "clinicprofile")) == set()


@pytest.mark.parametrize(
    ("field", "paths"),
    [
        ("about", {"/about/"}),
        ("privacy_text", {"/privacy/"}),
        ("accessibility_text", {"/accessibility/"}),
        ("costs", {"/costs/"}),
        ("known", {"/what-is-known/"}),
        ("unknown", {"/what-is-known/"}),
        ("questions_to_ask", {"/questions-to-ask/"}),
        ("home_text", {"/"}),
        ("packet_intro", {"/", "/information-packet/"}),
        ("newsletter_intro", {"/", "/newsletter/"}),
        ("phone", OF_THE_CLINIC),
        ("name", OF_THE_CLINIC),
        ("sender_name", set()),
    ],
)
def test_a_detail_of_the_clinic_moves_the_pages_that_show_it(
    moved: Any, desk: Client, field: str, paths: set[str]
) -> None:
    typed = "+1 555 0100" if field == "phone" else f"Other words of {AWKWARD_NAME}."
    assert moved(lambda: save(desk, PROFILE, "clinicprofile", **{field: typed})) == paths


def test_a_step_and_an_hour_move_their_pages(moved: Any, desk: Client) -> None:
    step = {"process_steps-0-title": "We talk with you first"}
    assert moved(lambda: save(desk, PROFILE, "clinicprofile", **step)) == {"/about/", "/how-it-works/"}
    hour = {"opening_hours-0-opens": "07:15"}
    assert moved(lambda: save(desk, PROFILE, "clinicprofile", **hour)) == OF_THE_CLINIC


def test_words_of_the_glossary_and_people_move_theirs(moved: Any, desk: Client) -> None:
    term = {"term": "zygote", "slug": "zygote", "meaning": "The first cell of a new living thing."}
    assert moved(lambda: save(desk, "/admin/articles/glossaryterm/add/", "glossaryterm", **term)) == {"/glossary/"}
    zoe = {"name": AWKWARD_NAME, "slug": "zoe", "role": "Reads your records"}
    assert moved(lambda: save(desk, "/admin/articles/reviewer/add/", "reviewer", **zoe)) == {
        "/about/",
        "/reviewers/zoe/",
    }
    kim = {"name": "Kim", "slug": "kim", "role": "Reads your records"}
    assert moved(lambda: save(desk, "/admin/articles/reviewer/add/", "reviewer", **kim)) == {
        "/about/",
        "/reviewers/kim/",
    }


def test_a_required_notice_moves_the_page_of_the_packet_once_it_is_approved(moved: Any, desk: Client) -> None:
    add, page = "/admin/foundation/requirednotice/add/", {"place": "Fenwick", "text": "By law: no."}
    assert moved(lambda: save(desk, add, "requirednotice", **page, state="draft")) == set()
    assert moved(lambda: save(desk, add, "requirednotice", **page, state="approved")) == {"/information-packet/"}


def test_a_wording_moves_the_forms_that_ask_for_it(moved: Any, desk: Client) -> None:
    add = "/admin/foundation/consentwording/add/"
    wording = {"kind": "newsletter", "text": "I want it."}
    assert moved(lambda: save(desk, add, "consentwording", **wording)) == {"/", "/newsletter/", "/information-packet/"}


def test_new_words_of_an_article_move_its_page_and_lists_once_they_are_published(
    moved: Any, desk: Client, article: Article, staff: Any
) -> None:
    def write() -> None:
        release(revision=saved(article, staff, title="Anew"), by=staff, reason="Why not")

    assert moved(write) == set()
    press = lambda: desk.post(f"{LIST}{article.pk}/publish/", {"revision": 2})  # noqa: E731
    assert moved(press) == LISTS | topics_of(article) | {article.get_absolute_url()}
    assert moved(press) == set()


def test_another_address_moves_what_leads_there(moved: Any, article: Article, staff: Any) -> None:
    was = article.get_absolute_url()
    found = moved(lambda: change_address(article=article, slug="another-address", by=staff))
    article.refresh_from_db()
    assert found - {was} == LISTS | topics_of(article) | {article.get_absolute_url()}


def test_what_is_withdrawn_moves_the_lists_on_which_it_stood(moved: Any, desk: Client, article: Article) -> None:
    gone = moved(lambda: desk.post(f"{LIST}{article.pk}/withdraw/", {"reason": "It is wrong"}))
    assert gone == LISTS | topics_of(article) | {article.get_absolute_url()}
    assert article.get_absolute_url() not in dates(desk)


def test_what_goes_on_its_day_moves_the_lists_then_and_not_before(
    moved: Any, desk: Client, client: Client, article: Article
) -> None:
    at = timezone.now() + timedelta(days=40)
    answer = {"reason": "It is old", "at": f"{at:%Y-%m-%dT%H:%M}"}
    assert moved(lambda: desk.post(f"{LIST}{article.pk}/withdraw/", answer)) == set()
    goes_at = Article.objects.get(pk=article.pk).withdraws_at
    assert goes_at
    before = dates(client)
    with time_machine.travel(goes_at + timedelta(days=9)):
        after = dates(client)
    changed = {path for path in before if before[path] != after.get(path)}
    assert changed == LISTS | topics_of(article) | {article.get_absolute_url()}
    assert {datetime.fromisoformat(after[path]) for path in LISTS} == {goes_at}


def test_a_notice_about_a_paper_moves_the_pages_that_say_so(moved: Any, check: Any, article: Article) -> None:
    said = moved(lambda: check(row(nature="Retraction")))
    assert said == LISTS | topics_of(article) | {article.get_absolute_url()}
    assert moved(lambda: check(row(nature="Retraction"))) == set()


def test_a_review_moves_the_pages_that_name_it_alone(moved: Any, article: Article, reviewer: Reviewer) -> None:
    revision, account = article.live_revision, reviewer.account
    assert revision
    assert account
    read = moved(lambda: approve(revision=revision, by=account))
    assert read == {article.get_absolute_url(), reviewer.get_absolute_url()}


def test_the_page_of_a_reviewer_moves_with_what_they_reviewed(
    moved: Any, desk: Client, client: Client, article: Article, reviewer: Reviewer, staff: Any
) -> None:
    page, account = reviewer.get_absolute_url(), reviewer.account
    assert account
    revision = saved(article, staff, title="Anew")
    approve(revision=revision, by=account)
    assert page in moved(lambda: publish(revision=revision, by=staff))
    other = Article.objects.published().exclude(pk=article.pk)[0]
    assert page not in moved(lambda: desk.post(f"{LIST}{other.pk}/withdraw/", {"reason": "It is wrong"}))
    at = timezone.now() + timedelta(days=40)
    desk.post(f"{LIST}{article.pk}/withdraw/", {"reason": "It is old", "at": f"{at:%Y-%m-%dT%H:%M}"})
    goes_at = Article.objects.get(pk=article.pk).withdraws_at
    with time_machine.travel(at + timedelta(days=1)):
        assert datetime.fromisoformat(dates(client)[page]) == goes_at


def test_a_topic_moves_its_page_and_where_it_is_named(moved: Any, desk: Client, article: Article) -> None:
    topic = article.topics.all()[0]
    page = f"/admin/articles/topic/{topic.pk}/change/"
    named = {topic.get_absolute_url(), "/research/", "/information-packet/"}
    assert moved(lambda: save(desk, page, "topic", name=f"Other {AWKWARD_NAME}")) == named


def test_what_nobody_reads_moves_nothing(moved: Any, article: Article, staff: Any) -> None:
    def draft() -> None:
        waiting = Article.objects.create(slug="a-draft")
        revision = saved(waiting, staff, **article.content)
        release(revision=revision, by=staff, reason="Why not")
        publish(revision=revision, by=staff, at=timezone.now() + timedelta(days=400))

    assert moved(draft) == set()


def test_no_page_says_that_it_is_older_than_the_map_says(client: Client, first_content: None) -> None:
    pages.forget()
    # Once the moment of the version is over, which tests move many times within a second.
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        for path, date in dates(client).items():
            said = dict(get(path).headers).get("Last-Modified")
            assert said, path
            assert int(datetime.fromisoformat(date).timestamp()) <= parse_http_date(said), path


def test_the_map_takes_as_many_statements_for_one_article_as_for_all(client: Client, first_content: None) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/sitemap.xml").status_code == 200
        return len(captured)

    counted()
    of_all = counted()
    assert Article.objects.published().count() > 1
    Article.objects.exclude(pk=Article.objects.published()[0].pk).update(state=Article.State.WITHDRAWN)
    assert counted() == of_all


def test_an_upgrade_knows_of_each_detail_since_when_the_revisions_have_it(first_content: None) -> None:
    upgrade = import_module("foundation.migrations.0036_content_changes")
    days = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3)]
    for day, about, costs in zip(days, "abb", "xyx", strict=True):
        ProfileRevision.objects.create(content={"about": about, "costs": costs, "holidays": [about]}, saved_at=day)
    ContentChange.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(upgrade.BEGINNING)
        cursor.execute(upgrade.DETAILS)
    found = ContentChange.objects.known()
    assert {name: at for name, at in found.items() if name} == {
        "articles_clinicprofile.about": days[1],
        "articles_clinicprofile.costs": days[2],
    }
    # Of whatever else no more is known than that it did not change since the content moved last.
    assert found.of("articles_glossaryterm") == ContentVersion.objects.get().moved_at
