"""A link that shows one revision to who has it: signed, for a while, taken back, and in no index or cache."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from articles.actions import make_preview_link, revoke_preview_link
from articles.models import Article, ArticleRevision, PreviewLink, Reviewer
from foundation.actors import JOB
from foundation.tokens import make_token
from tests.articles.shown import saved
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
TITLE = "Zoë O'Brien & Sons <b>write</b>"


@pytest.fixture
def revision(article: Article, staff: Any) -> ArticleRevision:
    return saved(article, staff, title=TITLE)


@pytest.fixture
def link(revision: ArticleRevision, staff: Any) -> PreviewLink:
    return make_preview_link(revision=revision, by=staff)


def page(desk: Client, revision: ArticleRevision) -> str:
    return desk.get(f"{LIST}{revision.article_id}/change/").text


def test_an_editor_makes_a_link_that_shows_the_revision_without_signing_in(
    desk: Client, client: Client, revision: ArticleRevision, staff: Any
) -> None:
    action = f"{LIST}{revision.article_id}/preview-link/"
    told = desk.post(action, untouched(page(desk, revision), action), follow=True).text
    [path] = set(re.findall(r'href="[^"]*(/preview/[^"]+)"', told))
    assert escape(f"Revision 2: {staff} made it on") in told
    shown = client.get(path)
    assert escape(TITLE) in shown.text
    assert "Preview of revision 2, saved on" in shown.text
    assert "Medically reviewed" not in shown.text
    assert 'name="consent' not in shown.text


def test_it_stands_in_no_index_and_in_no_cache_and_sets_no_cookie(client: Client, link: PreviewLink) -> None:
    shown = client.get(link.get_absolute_url())
    assert (shown["Cache-Control"], shown["X-Robots-Tag"]) == ("no-store", "noindex")
    assert '<meta name="robots" content="noindex">' in shown.text
    assert "canonical" not in shown.text
    assert not shown.cookies
    assert "Disallow: /preview/" in client.get("/robots.txt").text


def test_it_goes_on_showing_its_revision_and_no_newer_one(client: Client, link: PreviewLink, staff: Any) -> None:
    saved(link.revision.article, staff, title="What was written since")
    shown = client.get(link.get_absolute_url()).text
    assert escape(TITLE) in shown
    assert "What was written since" not in shown


def test_taken_back_it_leads_nowhere_and_the_list_says_by_whom(
    desk: Client, client: Client, link: PreviewLink, staff: Any
) -> None:
    action = f"{LIST}{link.revision.article_id}/preview-revoke/"
    fields = untouched(page(desk, link.revision), action)
    assert f"{staff} took it back on" in desk.post(action, fields, follow=True).text
    answer = client.get(link.get_absolute_url())
    assert answer.status_code == 410
    assert escape(TITLE) not in answer.text
    assert answer["Cache-Control"] == "no-store"
    again = desk.post(action, fields, follow=True)
    assert "You have taken this link back already: it leads nowhere." in again.text
    assert PreviewLink.objects.filter(pk=link.pk, revoked_by=staff).exists()


def test_after_its_days_it_leads_nowhere_by_the_clock_of_postgres(
    desk: Client, client: Client, link: PreviewLink, time_machine: Any
) -> None:
    time_machine.move_to(timezone.now() + timedelta(days=400))
    assert client.get(link.get_absolute_url()).status_code == 200
    PreviewLink.objects.update(expires_at=Now())
    assert client.get(link.get_absolute_url()).status_code == 410


def test_one_that_has_ended_says_so_on_the_page_of_the_article(desk: Client, link: PreviewLink) -> None:
    assert "It has ended." not in page(desk, link.revision)
    PreviewLink.objects.update(expires_at=Now())
    told = page(desk, link.revision)
    assert "It has ended." in told
    assert link.get_absolute_url() not in told


def test_what_we_did_not_sign_leads_nowhere(client: Client, link: PreviewLink) -> None:
    for token in (link.uuid.hex, make_token("packet", link.uuid), f"{link.uuid.hex}-{'x' * 43}", "x"):
        assert client.get(f"/preview/{token}/").status_code == 404


def test_a_link_of_another_article_is_not_taken_back(desk: Client, link: PreviewLink) -> None:
    other = Article.objects.exclude(pk=link.revision.article_id)[0]
    answer = desk.post(f"{LIST}{other.pk}/preview-revoke/", {"link": str(link.uuid)})
    assert answer.context["refused"] == ["Choose a link of this article."]
    assert PreviewLink.objects.open().exists()


def test_whoever_may_not_write_makes_and_takes_back_none(
    reviewing: Client, reviewer: Reviewer, link: PreviewLink
) -> None:
    told = page(reviewing, link.revision)
    assert "preview-link" not in told
    assert "preview-revoke" not in told
    for by in (JOB, reviewer.account):
        with pytest.raises(PermissionDenied):
            make_preview_link(revision=link.revision, by=by)  # type: ignore[arg-type]
        with pytest.raises(PermissionDenied):
            revoke_preview_link(link=link, by=by)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        {"title": TITLE, "sections": []},
        {"title": TITLE, "sections": [{"kind": "harms", "heading": "Harms", "body": "Two fell ill."}]},
        {"title": TITLE, "sections": [{"kind": "unsorted", "body": "Two fell ill."}], "citation": {"title": "A paper"}},
    ],
)
def test_a_draft_is_shown_as_far_as_it_is_written(client: Client, staff: Any, content: dict[str, Any]) -> None:
    revision = saved(Article.objects.create(slug="a-draft"), staff, **content)
    shown = client.get(make_preview_link(revision=revision, by=staff).get_absolute_url())
    assert shown.status_code == 200
    for section in content["sections"]:
        assert section["body"] in shown.text
