"""What looks like a second click and is another wish, or is told of what is not so."""

from typing import Any

from django.test import Client
from django.utils.html import escape

from articles.actions import publish, release
from articles.models import Article, ClaimOverride, GoneRuling, PaperNotice, PreviewLink
from tests.articles.retraction_list import row
from tests.articles.shown import saved
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
WHY = "Zoë O'Brien & Sons said so"
CLAIM = "Zoë O'Brien & Sons cure cirrhosis of the liver in all of them."


def test_a_link_asked_for_anew_after_it_was_taken_back_is_another_one(
    desk: Client, client: Client, article: Article
) -> None:
    page, action = f"{LIST}{article.pk}/change/", f"{LIST}{article.pk}/preview-link/"
    fields = untouched(desk.get(page), action)
    desk.post(action, fields)
    desk.post(f"{LIST}{article.pk}/preview-revoke/", {"link": str(PreviewLink.objects.get().uuid)})
    told = desk.post(action, fields, follow=True).text
    link = PreviewLink.objects.latest("pk")
    assert f"Made: {escape(link.full_url())} shows" in told
    assert client.get(link.get_absolute_url()).status_code == 200


def test_a_passage_is_not_said_to_be_answered_for_in_other_words(desk: Client, article: Article, staff: Any) -> None:
    saved(article, staff, summary=CLAIM)
    action = f"{LIST}{article.pk}/override/"
    fields = untouched(desk.get(f"{LIST}{article.pk}/change/"), action)
    desk.post(action, {**fields, "reason": WHY})
    answer = desk.post(action, {**fields, "reason": "Other words"})
    assert (answer.status_code, ClaimOverride.objects.get().reason) == (422, WHY)


def test_a_notice_that_the_list_has_again_is_not_said_to_be_lifted(desk: Client, article: Article, check: Any) -> None:
    others = [row(number, doi=f"10.5555/other{number}", nature="Correction") for number in range(100, 140)]
    check(row(nature="Retraction"), *others)
    check(*others)
    action, fields = f"{LIST}{article.pk}/gone-notice/", {"record": "1", "ruling": "lift", "reason": WHY}
    desk.post(action, fields)
    check(row(nature="Retraction"), *others)
    assert PaperNotice.objects.exists()
    answer = desk.post(action, fields)
    assert (answer.status_code, "or the list has it again" in answer.text) == (422, True)
    assert GoneRuling.objects.count() == 1


def test_a_new_article_that_visitors_read_by_now_is_not_said_to_be_unpublished(
    desk: Client, article: Article, staff: Any
) -> None:
    fields = untouched(desk.get(f"{LIST}{article.pk}/change/"), "article_form")
    fields |= {"slug": " a-new-article ", "title": "A new article"}
    desk.post(f"{LIST}add/", fields, follow=True)
    revision = Article.objects.get(slug="a-new-article").revisions.get()
    release(revision=revision, by=staff, reason=WHY)
    publish(revision=revision, by=staff)
    told = desk.post(f"{LIST}add/", fields, follow=True).text
    assert "You have saved it already, as revision 1." in told
    assert "not published" not in told
