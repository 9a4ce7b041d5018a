"""Whoever wrote a part of an article does not review it, however their words came back into it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from articles.actions import approve, send_back
from articles.models import Article, ArticleRevision, Review, Reviewer
from tests.articles.shown import saved

LIST = "/admin/articles/article/"


@pytest.fixture
def colleague(first_content: None, django_user_model: Any) -> Reviewer:
    account = django_user_model.objects.create_user("kim@clinic.example", name="Kim")
    account.groups.add(Group.objects.get(name="clinical"))
    return Reviewer.objects.create(account=account, slug="kim", name="Kim", credentials="MD", registration="1")


def refused(reviewing: Client, revision: ArticleRevision) -> None:
    """By the page, and by Postgres for whoever goes round it."""
    fields = {"revision": revision.number}
    answer = reviewing.post(f"{LIST}{revision.article_id}/approve/", fields)
    assert "You wrote a part of this. Somebody else has to review it." in answer.text
    reviewer = Reviewer.objects.get(slug="zoe-obrien")
    assert reviewer.account
    with pytest.raises(DatabaseError, match="their own words"), transaction.atomic():
        Review.objects.create(
            revision=revision,
            content_sha256=revision.content_sha256,
            decision="approved",
            reviewer=reviewer,
            created_by=reviewer.account,
        )


def test_an_approval_that_was_taken_back_parts_nobody_from_what_they_wrote(
    reviewing: Client, reviewer: Reviewer, colleague: Reviewer, article: Article, staff: Any
) -> None:
    theirs = saved(article, reviewer.account, title="What the reviewer wrote")
    approve(revision=theirs, by=colleague.account)
    send_back(revision=theirs, by=colleague.account, note="The dose is wrong")
    refused(reviewing, saved(article, staff, title="What Sam made of it"))


def test_an_approval_that_stands_parts_later_words_from_earlier_ones(
    reviewing: Client, reviewer: Reviewer, colleague: Reviewer, article: Article, staff: Any
) -> None:
    theirs = saved(article, reviewer.account, title="What the reviewer wrote")
    approve(revision=theirs, by=colleague.account)
    later = saved(article, staff, title="What Sam made of it")
    reviewing.post(f"{LIST}{article.pk}/approve/", {"revision": later.number})
    assert Review.objects.of(later).get().reviewer == reviewer


def test_words_that_somebody_else_restored_stay_their_writers(
    desk: Client, reviewing: Client, reviewer: Reviewer, colleague: Reviewer, article: Article, staff: Any
) -> None:
    theirs = saved(article, reviewer.account, title="What the reviewer wrote")
    approve(revision=saved(article, staff, title="What Sam wrote"), by=colleague.account)
    desk.post(f"{LIST}{article.pk}/restore/", {"revision": 3, "restore": theirs.number})
    restored = article.revisions.get(number=4)
    assert restored.content_sha256 == theirs.content_sha256
    refused(reviewing, restored)
    refused(reviewing, saved(article, staff, title="A word more"))


def test_who_wrote_it_is_offered_no_approval_that_would_be_refused(
    reviewing: Client, reviewer: Reviewer, article: Article, staff: Any
) -> None:
    page = f"{LIST}{article.pk}/change/"
    saved(article, staff, title="What Sam wrote")
    assert 'id="decide_form"' in reviewing.get(page).text
    saved(article, reviewer.account, title="What the reviewer wrote")
    shown = reviewing.get(page).text
    assert 'id="decide_form"' not in shown
    assert "You wrote a part of this. Somebody else has to review it." in shown


def test_a_draft_says_nothing_of_a_review_before_there_can_be_one(desk: Client, article: Article, staff: Any) -> None:
    draft = Article.objects.create(slug="a-draft")
    saved(draft, staff, **article.revisions.all()[0].content)
    assert "–. " not in desk.get(f"{LIST}{draft.pk}/change/").text


def test_a_second_click_on_approve_writes_no_second_review_and_says_so(
    reviewing: Client, reviewer: Reviewer, article: Article, staff: Any
) -> None:
    revision = saved(article, staff, title="Anew")
    fields = {"revision": revision.number, "note": "I read it."}
    moment = timezone.now()
    with time_machine.travel(moment, tick=False):
        answers = [reviewing.post(f"{LIST}{article.pk}/approve/", fields, follow=True) for _click in range(2)]
    assert "Approved: revision 2" in answers[0].text
    assert "You have approved this already: revision 2" in answers[1].text
    assert "errornote" not in answers[1].text
    assert Review.objects.filter(revision=revision).count() == 1
    # Read again on another day, it is another review.
    with time_machine.travel(moment + timedelta(days=2), tick=False):
        approve(revision=revision, by=reviewer.account, note="I read it.")
    assert Review.objects.filter(revision=revision).count() == 2
