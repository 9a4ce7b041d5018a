"""What claims too much is approved and published by nobody, until somebody says by name why it may stand."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from articles.actions import override_claim, publish, release
from articles.claims.rules import rules
from articles.claims_gate import claims_in
from articles.models import Article, ArticleRevision, ClaimOverride, Release, Review, Reviewer
from foundation.actors import JOB
from tests.articles.shown import saved
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
CLAIM = "Zoë O'Brien & Sons cure cirrhosis of the liver in all of them."
WHY = "It is the name of a firm, and the sentence is one of theirs."


@pytest.fixture
def claiming(article: Article, staff: Any) -> ArticleRevision:
    return saved(article, staff, summary=CLAIM)


def press(client: Client, revision: ArticleRevision, name: str, **typed: str) -> Any:
    """As a browser does, from the article's page."""
    action = f"{LIST}{revision.article_id}/{name}/"
    page = client.get(f"{LIST}{revision.article_id}/change/")
    return client.post(action, {**untouched(page, action), **typed}, follow=True)


def post(client: Client, revision: ArticleRevision, name: str, **fields: str) -> Any:
    """As somebody does whose page shows no such button."""
    return client.post(f"{LIST}{revision.article_id}/{name}/", {"revision": revision.number, **fields}, follow=True)


def assert_told(answer: Any) -> None:
    assert answer.status_code == 422
    assert any(
        all(told in sentence for told in (CLAIM, rules()["cure"].why, rules()["cure"].fix))
        for sentence in answer.context["refused"]
    )


def test_publishing_is_refused_with_the_passage_the_reason_and_what_to_write(
    desk: Client, claiming: ArticleRevision
) -> None:
    assert_told(post(desk, claiming, "publish"))
    assert Article.objects.get(pk=claiming.article_id).live_revision != claiming


def test_no_reviewer_approves_and_no_manager_releases_it(
    desk: Client, reviewing: Client, claiming: ArticleRevision
) -> None:
    assert_told(post(reviewing, claiming, "approve"))
    assert_told(post(desk, claiming, "release", note="We know better"))
    assert_told(post(desk, claiming, "ask-review"))
    assert not Review.objects.exists()
    assert not Release.objects.filter(revision=claiming).exists()


def test_what_was_approved_before_the_rule_is_not_published_either(
    claiming: ArticleRevision, reviewer: Reviewer, staff: Any
) -> None:
    Review.objects.create(
        revision=claiming,
        content_sha256=claiming.content_sha256,
        decision="approved",
        reviewer=reviewer,
        created_by=reviewer.account,
    )
    with pytest.raises(ValidationError, match="Promise of a cure"):
        publish(revision=claiming, by=staff)


def test_the_list_publishes_it_as_little(desk: Client, claiming: ArticleRevision) -> None:
    fields = {"action": "publish_selected", "_selected_action": [claiming.article_id]}
    [told] = desk.post(LIST, fields, follow=True).context["messages"]
    assert CLAIM in str(told)


def test_who_lets_it_stand_says_why_and_the_reviewer_reads_it(
    desk: Client, reviewing: Client, claiming: ArticleRevision, staff: Any
) -> None:
    press(desk, claiming, "override", reason=WHY)
    page = reviewing.get(f"{LIST}{claiming.article_id}/change/").text
    assert escape(WHY) in page
    assert f"{escape(str(staff))} lets it stand since" in page
    assert press(reviewing, claiming, "approve").status_code == 200
    press(desk, claiming, "publish")
    assert Article.objects.get(pk=claiming.article_id).live_revision == claiming
    said = ClaimOverride.objects.get()
    assert (said.rule, said.passage, said.reason, said.created_by) == ("cure", CLAIM, WHY, staff)


def test_an_override_holds_for_the_passage_and_no_other(
    article: Article, claiming: ArticleRevision, staff: Any
) -> None:
    override_claim(revision=claiming, rule="cure", passage=CLAIM, reason=WHY, by=staff)
    beside = saved(article, staff, title="Another title")
    release(revision=beside, by=staff, reason="Why not")
    other = saved(article, staff, summary=CLAIM.replace("liver", "kidneys"))
    with pytest.raises(ValidationError, match="Promise of a cure"):
        release(revision=other, by=staff, reason="Why not")


def test_without_a_reason_nothing_stands(desk: Client, claiming: ArticleRevision) -> None:
    answer = press(desk, claiming, "override", reason="  ")
    assert "Say why the passage may stand as it is." in answer.text
    assert not ClaimOverride.objects.exists()


def test_what_no_rule_stops_needs_nobody_to_answer_for_it(desk: Client, claiming: ArticleRevision) -> None:
    for rule, passage in (("cure", "Another passage."), ("no-harm-without-numbers", CLAIM), ("x", CLAIM)):
        answer = post(desk, claiming, "override", rule=rule, passage=passage, reason=WHY)
        assert "No rule stops this passage." in answer.text
    assert not ClaimOverride.objects.exists()


def test_nobody_without_an_account_lets_anything_stand(claiming: ArticleRevision, reviewer: Reviewer) -> None:
    for by in (JOB, reviewer.account):
        with pytest.raises(PermissionDenied):
            override_claim(revision=claiming, rule="cure", passage=CLAIM, reason=WHY, by=by)  # type: ignore[arg-type]


def test_what_was_said_is_not_unsaid(claiming: ArticleRevision, staff: Any) -> None:
    override_claim(revision=claiming, rule="cure", passage=CLAIM, reason=WHY, by=staff)
    for change in ("UPDATE articles_claimoverride SET reason = 'x'", "DELETE FROM articles_claimoverride"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


@pytest.mark.parametrize("place", ["title", "heading", "glance", "newer"])
def test_a_promise_beside_the_text_is_one_too(article: Article, staff: Any, place: str) -> None:
    content = article.content
    sections = [{**content["sections"][0], "heading": CLAIM}, *content["sections"][1:]]
    changes: dict[str, Any] = {
        "title": {"title": CLAIM},
        "heading": {"sections": sections},
        "glance": {"study": {**content["study"], "funding": CLAIM}},
        "newer": {"newer_evidence": [{"text": CLAIM, "effect": "supports"}]},
    }
    with pytest.raises(ValidationError, match="Promise of a cure"):
        release(revision=saved(article, staff, **changes[place]), by=staff, reason="Why not")


def test_limits_over_two_lines_that_say_too_little_can_be_answered_for(
    desk: Client, article: Article, staff: Any
) -> None:
    sections = [
        {**section, "body": "We see\n\nhardly any."} if section["kind"] == "limits" else section
        for section in article.content["sections"]
    ]
    revision = saved(article, staff, sections=sections)
    press(desk, revision, "override", reason=WHY)
    release(revision=revision, by=staff, reason="Why not")


def test_the_same_words_are_linted_once(desk: Client, claiming: ArticleRevision) -> None:
    claims_in(claiming.content)
    with CaptureQueriesContext(connection) as captured:
        claims_in(claiming.content)
    assert not [query for query in captured if "INSERT" in query["sql"] or "UPDATE" in query["sql"]]


def test_the_opening_articles_pass(first_content: None) -> None:
    for article in Article.objects.all():
        assert not [claim for claim in claims_in(article.content) if claim.is_stopped]


def test_sending_back_needs_no_clean_text(reviewing: Client, claiming: ArticleRevision) -> None:
    post(reviewing, claiming, "send-back", note="It promises a cure")
    assert Review.objects.get().decision == "sent_back"
