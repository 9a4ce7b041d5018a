"""Nothing reaches visitors past the gate: each way to publish, with each thing that may be missing."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from articles.actions import approve, publish, release, save_revision, send_back
from articles.models import Article, ArticleRevision, Release, Rendering, Review, Reviewer
from articles.rules import missing
from articles.sections import rendered
from foundation.actors import JOB

LIST = "/admin/articles/article/"
WHY = "Nobody here may review it yet"


def without_section(kind: str) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        content["sections"] = [section for section in content["sections"] if section["kind"] != kind]

    return change


def without_study(content: dict[str, Any]) -> None:
    content["study"].pop("design")


def without_source(content: dict[str, Any]) -> None:
    content.pop("citation")


PARTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "evidence": without_study,
    "source": without_source,
    "no:harms": without_section("harms"),
    "no:limits": without_section("limits"),
}
LACKING = [*PARTS, "approval"]


def form(desk: Client, revision: ArticleRevision) -> None:
    desk.post(f"{LIST}{revision.article_id}/publish/", {"revision": revision.number})


def bulk_action(desk: Client, revision: ArticleRevision) -> None:
    desk.post(LIST, {"action": "publish_selected", "_selected_action": [revision.article_id]})


def schedule(desk: Client, revision: ArticleRevision) -> None:
    fields = {"revision": revision.number, "show_from": "2199-01-01T09:00"}
    desk.post(f"{LIST}{revision.article_id}/publish/", fields)


def shell_action(desk: Client, revision: ArticleRevision) -> None:
    with pytest.raises(ValidationError):
        publish(revision=revision, by=JOB)


def raw_update(desk: Client, revision: ArticleRevision) -> None:
    with pytest.raises(DatabaseError, match="cannot be published"), transaction.atomic():
        Article.objects.filter(pk=revision.article_id).update(
            state="published", live_revision=revision, published_at="2026-01-01T00:00Z"
        )


def raw_insert(desk: Client, revision: ArticleRevision) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Article.objects.create(
            slug="a-side-door", state="published", live_revision=revision, published_at="2026-01-01T00:00Z"
        )


DOORS = [form, bulk_action, schedule, shell_action, raw_update, raw_insert]


@pytest.fixture
def draft(article: Article, staff: Any) -> Callable[..., ArticleRevision]:
    """A revision of an article that nobody reads yet."""

    def make(change: Callable[[dict[str, Any]], None] = lambda content: None) -> ArticleRevision:
        content = deepcopy(article.content)
        change(content)
        return save_revision(article=Article.objects.create(slug="a-draft"), content=content, by=staff)

    return make


def clear(revision: ArticleRevision, staff: Any) -> None:
    """Past the actions, which release nothing unfinished."""
    sha256 = revision.content_sha256
    Release.objects.create(revision=revision, content_sha256=sha256, cause="manager", reason=WHY, created_by=staff)
    Rendering.objects.create(revision=revision, sections=rendered(revision.content))


@pytest.mark.parametrize("lacks", LACKING)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_door_is_shut_for_whatever_is_missing(
    desk: Client, draft: Any, staff: Any, door: Callable[[Client, ArticleRevision], None], lacks: str
) -> None:
    revision = draft(PARTS[lacks]) if lacks in PARTS else draft()
    if lacks == "approval":
        Rendering.objects.create(revision=revision, sections=rendered(revision.content))
    else:
        clear(revision, staff)
    door(desk, revision)
    assert Article.objects.get(slug="a-draft").state == "draft"
    assert not Article.objects.filter(slug="a-side-door").exists()


@pytest.mark.parametrize("door", DOORS[:-1], ids=lambda door: door.__name__)
def test_every_door_opens_when_nothing_is(desk: Client, draft: Any, staff: Any, door: Any) -> None:
    revision = draft()
    clear(revision, staff)
    if door in (shell_action, raw_update):
        with pytest.raises(pytest.fail.Exception):
            door(desk, revision)
    else:
        door(desk, revision)
    assert Article.objects.get(slug="a-draft").live_revision == revision


def test_a_live_revision_is_not_changed_for_another_behind_the_gate(article: Article, staff: Any) -> None:
    other = save_revision(article=article, content={**article.content, "title": "Another"}, by=staff)
    with pytest.raises(DatabaseError, match="approval"), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(live_revision=other)


def test_the_revision_of_another_article_opens_no_gate(article: Article, draft: Any) -> None:
    draft()
    with pytest.raises(DatabaseError, match="no revision of its own"), transaction.atomic():
        Article.objects.filter(slug="a-draft").update(
            state="published", live_revision=article.live_revision, published_at="2026-01-01T00:00Z"
        )


def lacks_in_postgres(revision: ArticleRevision | None) -> Any:
    with connection.cursor() as cursor:
        query = "SELECT article_lacks(content) FROM articles_articlerevision WHERE id = %s"
        cursor.execute(query, [revision.pk if revision else None])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("lacks", PARTS)
def test_postgres_and_the_rules_miss_the_same(article: Article, lacks: str) -> None:
    content = deepcopy(article.content)
    PARTS[lacks](content)
    revision = ArticleRevision.objects.create(article=article, number=9, content=content, content_sha256="x")
    assert lacks_in_postgres(article.live_revision) == []
    assert lacks_in_postgres(revision) == [lacks]
    assert missing(content) == [lacks]


def test_an_approved_article_is_published_and_says_who_read_it(
    desk: Client, client: Client, reviewing: Client, reviewer: Reviewer, draft: Any
) -> None:
    revision = draft()
    page = f"{LIST}{revision.article_id}"
    desk.post(f"{page}/ask-review/", {"revision": 1})
    reviewing.post(f"{page}/approve/", {"revision": 1, "note": "I read it."})
    desk.post(f"{page}/publish/", {"revision": 1})
    shown = client.get("/research/a-draft/").text
    assert "Medically reviewed by" in shown
    assert "Zoë O&#x27;Brien &amp; Sons" in shown
    assert "Not medically reviewed" not in shown
    assert "Board of Examples, no. 12345" in client.get(reviewer.get_absolute_url()).text


def test_one_byte_changed_after_an_approval_voids_it(draft: Any, reviewer: Reviewer, staff: Any) -> None:
    revision = draft()
    approve(revision=revision, by=reviewer.account)
    content = {**revision.content, "summary": f"{revision.content['summary']}."}
    changed = save_revision(article=revision.article, content=content, by=staff)
    with pytest.raises(ValidationError, match="approval"):
        publish(revision=changed, by=staff)
    raw_update(Client(), changed)
    publish(revision=revision, by=staff)


def test_a_page_released_without_review_says_so(desk: Client, client: Client, draft: Any) -> None:
    revision = draft()
    page = f"{LIST}{revision.article_id}"
    desk.post(f"{page}/release/", {"revision": 1, "note": WHY})
    desk.post(f"{page}/publish/", {"revision": 1})
    assert "Not medically reviewed." in client.get("/research/a-draft/").text
    assert Release.objects.get(revision=revision).reason == WHY


def test_a_release_wants_a_manager_and_a_reason(draft: Any, staff: Any, reviewer: Reviewer) -> None:
    revision = draft()
    with pytest.raises(ValidationError, match="Say why"):
        release(revision=revision, by=staff, reason=" ")
    for actor in (reviewer.account, JOB):
        with pytest.raises(PermissionDenied):
            release(revision=revision, by=actor, reason=WHY)


@pytest.mark.parametrize(
    "fields",
    [
        {"cause": "manager", "reason": WHY},
        {"cause": "first_content"},
        {"cause": "before_reviews"},
        {"cause": "manager", "reason": WHY, "content_sha256": "0" * 64},
    ],
)
def test_postgres_takes_no_release_that_nobody_answers_for(draft: Any, staff: Any, fields: dict[str, Any]) -> None:
    revision = draft()
    account = staff if "content_sha256" in fields else None
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.create(
            **{"revision": revision, "content_sha256": revision.content_sha256, "created_by": account, **fields}
        )


def test_nobody_approves_what_they_wrote_a_part_of(draft: Any, reviewer: Reviewer, staff: Any) -> None:
    first = draft()
    content = {**first.content, "title": "What the reviewer wrote"}
    theirs = save_revision(article=first.article, content=content, by=reviewer.account)
    last = save_revision(article=first.article, content={**content, "title": "What Sam made of it"}, by=staff)
    for revision in (theirs, last):
        with pytest.raises(ValidationError, match="You wrote a part of this"):
            approve(revision=revision, by=reviewer.account)
        with pytest.raises(DatabaseError, match="their own words"), transaction.atomic():
            Review.objects.create(
                revision=revision,
                content_sha256=revision.content_sha256,
                decision="approved",
                reviewer=reviewer,
                created_by=reviewer.account,
            )


def test_who_has_no_reviewer_page_approves_nothing(draft: Any, django_user_model: Any) -> None:
    other = django_user_model.objects.create_superuser("other@clinic.example")
    with pytest.raises(ValidationError, match="no reviewer page"):
        approve(revision=draft(), by=other)


def test_sending_back_takes_an_approval_back_and_stops_what_waits_for_its_day(
    desk: Client, client: Client, draft: Any, reviewer: Reviewer
) -> None:
    revision = draft()
    approve(revision=revision, by=reviewer.account)
    schedule(desk, revision)
    assert Article.objects.get(slug="a-draft").state == "published"
    assert client.get("/research/a-draft/").status_code == 404
    send_back(revision=revision, by=reviewer.account, note="The dose is wrong")
    assert Article.objects.get(slug="a-draft").state == "draft"
    raw_update(desk, revision)


@pytest.mark.parametrize("model", [Review, Release, Rendering])
def test_what_was_said_of_an_article_stays_said(draft: Any, reviewer: Reviewer, staff: Any, model: Any) -> None:
    revision = draft()
    clear(revision, staff)
    approve(revision=revision, by=reviewer.account)
    for change in (lambda: model.objects.update(created_at="2020-01-01T00:00Z"), model.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_the_opening_articles_are_released_by_the_loader_and_say_so(client: Client, article: Article) -> None:
    assert {found.cause for found in Release.objects.all()} == {"first_content"}
    assert "Not medically reviewed." in client.get(article.get_absolute_url()).text
