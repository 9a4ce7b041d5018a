from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.actions import approve, publish
from articles.models import Article, Reviewer, Topic, months_on
from tests.articles.shown import saved, shown

MIGRATION = import_module("articles.migrations.0051_reviews_due_by_risk")
LIST = "/admin/articles/article/"
QUEUES = f"{LIST}queues/"


def queues(client: Client) -> dict[str, list[str]]:
    answer = client.get(QUEUES)
    assert answer.status_code == 200
    return {queue.title: [article.slug for article in queue.rows] for queue in answer.context["queues"]}


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 5), 24, date(2028, 12, 5)),
    ],
)
def test_a_year_from_a_leap_day_is_the_last_of_february(day: date, months: int, then: date) -> None:
    assert months_on(day, months) == then


def test_a_high_risk_topic_brings_the_next_review_forward(article: Article, reviewer: Reviewer, staff: Any) -> None:
    article.topics.filter(slug="cirrhosis").update(risk="high")
    revision = saved(article, staff, title="Anew")
    approve(revision=revision, by=reviewer.account)
    read = publish(revision=revision, by=staff)
    assert read.reviewed_on is not None
    assert read.review_due_on == months_on(read.reviewed_on, 12)


def test_the_page_of_what_was_reviewed_asks_for_three_things(
    client: Client, article: Article, reviewer: Reviewer, staff: Any
) -> None:
    revision = saved(article, staff, title="Anew")
    approve(revision=revision, by=reviewer.account)
    page = publish(revision=revision, by=staff).get_absolute_url()
    assert "Medically reviewed by" in client.get(page).text
    with CaptureQueriesContext(connection) as asked:
        client.get(page)
    assert len([query for query in asked if "contentversion" not in query["sql"]]) == 3


def test_a_topic_of_another_risk_moves_the_next_review_of_what_is_read(
    desk: Client, article: Article, reviewer: Reviewer, staff: Any
) -> None:
    Topic.objects.update(risk="ordinary")
    revision = saved(article, staff, title="Anew")
    approve(revision=revision, by=reviewer.account)
    read = publish(revision=revision, by=staff)
    assert read.reviewed_on is not None
    page = f"/admin/articles/topic/{article.topics.get(slug='cirrhosis').pk}/change/"
    for risk, months in (("high", 12), ("ordinary", 24)):
        form = desk.get(page).context["adminform"].form
        typed = {name: form[name].value() or "" for name in form.fields}
        assert desk.post(page, {**typed, "risk": risk}).status_code == 302
        assert Article.objects.get(pk=article.pk).review_due_on == months_on(read.reviewed_on, months)


def test_the_upgrade_brings_forward_what_a_topic_of_high_risk_left_behind(article: Article) -> None:
    found = Article.objects.filter(pk=article.pk)
    found.update(reviewed_on=date(2024, 2, 29), review_due_on=date(2026, 2, 28))
    for risk, due in (("ordinary", date(2026, 2, 28)), ("high", date(2025, 2, 28))):
        article.topics.update(risk=risk)
        with connection.cursor() as cursor:
            cursor.execute(MIGRATION.FORWARD)
        assert found.get().review_due_on == due


def test_each_queue_holds_what_waits_there_and_lets_it_go(
    desk: Client, reviewing: Client, reviewer: Reviewer, article: Article, staff: Any
) -> None:
    assert article.slug not in queues(desk)["My drafts"]
    revision = saved(article, staff, title="Anew")
    assert queues(desk)["My drafts"] == [article.slug]
    assert queues(reviewing)["Waiting for me"] == []
    desk.post(f"{LIST}{article.pk}/ask-review/", {"revision": 2})
    assert queues(reviewing)["Waiting for me"] == [article.slug]
    reviewing.post(f"{LIST}{article.pk}/approve/", {"revision": 2})
    assert queues(reviewing)["Waiting for me"] == []
    assert queues(desk)["Approved, not published"] == [article.slug]
    publish(revision=revision, by=staff)
    assert queues(desk)["Approved, not published"] == queues(desk)["My drafts"] == []


def test_what_somebody_wrote_a_part_of_does_not_wait_for_them(
    desk: Client, reviewing: Client, reviewer: Reviewer, article: Article
) -> None:
    saved(article, reviewer.account, title="Anew")
    desk.post(f"{LIST}{article.pk}/ask-review/", {"revision": 2})
    assert queues(reviewing)["Waiting for me"] == []
    assert queues(desk)["Waiting for me"] == [article.slug]


def test_an_overturned_article_waits_until_its_words_on_that_are_reviewed(
    desk: Client, reviewer: Reviewer, staff: Any
) -> None:
    slug = "neural-progenitors-progressive-ms"
    assert queues(desk)["Overturned by newer evidence"] == [slug]
    article = Article.objects.get(slug=slug)
    assert article.live_revision
    approve(revision=article.live_revision, by=reviewer.account)
    assert queues(desk)["Overturned by newer evidence"] == []
    shown(article, staff, title="Anew")
    assert queues(desk)["Overturned by newer evidence"] == [slug]


def test_a_review_that_is_due_waits_and_its_page_says_so(
    desk: Client, client: Client, article: Article, reviewer: Reviewer, staff: Any
) -> None:
    assert article.live_revision
    approve(revision=article.live_revision, by=reviewer.account)
    assert queues(desk)["Review due"] == []
    assert "overdue" not in client.get(article.get_absolute_url()).text
    Article.objects.filter(pk=article.pk).update(review_due_on=date(2026, 1, 1))
    assert queues(desk)["Review due"] == [article.slug]
    assert "The review is overdue." in client.get(article.get_absolute_url()).text


def test_a_note_is_not_lost_with_a_press_that_came_too_late(reviewing: Client, article: Article, staff: Any) -> None:
    saved(article, staff, title="Anew")
    answer = reviewing.post(f"{LIST}{article.pk}/send-back/", {"revision": 1, "note": "The dose & <all> that"})
    assert answer.status_code == 422
    assert "older revision" in answer.text
    assert "The dose &amp; &lt;all&gt; that" in answer.text
