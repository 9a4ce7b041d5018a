from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from articles.actions import approve, publish, restore, save_revision
from articles.models import Article, ArticleRevision, Reviewer
from articles.rules import content_sha256
from foundation.actors import JOB
from tests.articles.shown import saved
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"


def page(article: Article, verb: str = "change") -> str:
    return f"{LIST}{article.pk}/{verb}/"


def newest(article: Article) -> ArticleRevision:
    found = article.revisions.first()
    assert found is not None
    return found


def test_who_when_and_why_stand_beside_each_revision(desk: Client, article: Article, staff: Any) -> None:
    fields = untouched(desk.get(page(article)), "article_form", "save")
    desk.post(page(article), {**fields, "title": "Anew", "reason": "The paper was <corrected>"})
    shown = desk.get(page(article)).text
    assert (newest(article).created_by, newest(article).reason) == (staff, "The paper was <corrected>")
    assert "The paper was &lt;corrected&gt;" in shown
    assert "Sam Staff" in shown


def test_restoring_gives_back_each_byte_as_a_revision_of_its_own(
    desk: Client, article: Article, client: Client
) -> None:
    first, live = newest(article), article.live_revision
    saved(article, JOB, title="Another title", sections=[])
    desk.post(page(article, "restore"), {"revision": 2, "restore": 1})
    third = newest(article)
    assert (third.number, third.content, third.content_sha256) == (3, first.content, first.content_sha256)
    assert content_sha256(third.content) == third.content_sha256
    assert third.restored_from == first
    article.refresh_from_db()
    assert article.live_revision == live


def test_a_revision_of_before_reviews_keeps_its_bytes_and_its_fingerprint(article: Article, staff: Any) -> None:
    old = {**article.content, "review_state": "not_reviewed"}
    landed = article.revisions.create(number=2, content=old, content_sha256=content_sha256(old))
    assert save_revision(article=article, content=article.content, by=staff) == landed
    changed = saved_without(landed, staff)
    assert "review_state" not in changed.content
    assert restore(revision=landed, by=staff).content_sha256 == landed.content_sha256


def saved_without(landed: ArticleRevision, staff: Any) -> ArticleRevision:
    content = {name: value for name, value in landed.content.items() if name != "review_state"}
    return save_revision(article=landed.article, content={**content, "title": "Anew"}, by=staff)


def test_nothing_is_restored_over_what_somebody_saved_meanwhile(desk: Client, article: Article, staff: Any) -> None:
    saved(article, staff, title="Second")
    saved(article, staff, title="Third")
    answer = desk.post(page(article, "restore"), {"revision": 2, "restore": 1})
    assert answer.status_code == 422
    assert "saved revision 3" in answer.text
    assert newest(article).number == 3


def test_two_revisions_are_shown_word_by_word(desk: Client, article: Article, staff: Any) -> None:
    saved(article, staff, title=f"{article.content['title']} & <b>more</b>")
    shown = desk.get(page(article, "compare")).text
    assert "&amp; &lt;b&gt;more&lt;/b&gt;</ins>" in shown
    assert '<ins><span class="visually-hidden">added: </span>' in shown
    assert "They say the same." in desk.get(page(article, "compare"), {"from": 1, "to": 1}).text
    for odd in ("0", "99", "9" * 30, "x", "²"):
        assert desk.get(page(article, "compare"), {"from": odd}).status_code in (200, 404)


def test_a_typo_fix_moves_no_date_and_still_needs_its_approval(
    article: Article, reviewer: Reviewer, staff: Any, time_machine: Any
) -> None:
    time_machine.move_to("2026-01-10T12:00Z")
    read = saved(article, staff, title="A titel to be mended")
    approve(revision=read, by=reviewer.account)
    publish(revision=read, by=staff)
    time_machine.move_to("2026-05-10T12:00Z")
    content = {**read.content, "title": "A title to be mended"}
    fix = save_revision(article=article, content=content, by=staff, change="typo")
    with pytest.raises(ValidationError, match="approval"):
        publish(revision=fix, by=staff)
    approve(revision=fix, by=reviewer.account, scope="typo")
    shown = publish(revision=fix, by=staff)
    assert (str(shown.reviewed_on), str(shown.review_due_on)) == ("2026-01-10", "2028-01-10")
    approve(revision=fix, by=reviewer.account)
    shown.refresh_from_db()
    assert (str(shown.reviewed_on), str(shown.review_due_on)) == ("2026-05-10", "2028-05-10")


def test_more_than_a_typo_is_not_saved_as_one(desk: Client, article: Article) -> None:
    fields = untouched(desk.get(page(article)), "article_form", "save")
    answer = desk.post(page(article), {**fields, "title": "Quite another title", "is_typo": "on"})
    assert answer.status_code == 422
    assert "This is more than a typo fix" in answer.text
    assert "Quite another title" in answer.text
    assert newest(article).number == 1


def test_nobody_reviews_a_typo_fix_alone_of_what_nobody_read(article: Article, reviewer: Reviewer, staff: Any) -> None:
    revision = saved(article, staff, title="Quite another title")
    with pytest.raises(ValidationError, match="no typo fix"):
        approve(revision=revision, by=reviewer.account, scope="typo")
