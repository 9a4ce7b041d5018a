from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from articles.actions import release, withdraw
from articles.models import (
    Article,
    ArticleRevision,
    ClaimOverride,
    GoneRuling,
    PreviewLink,
    Release,
    ReviewRequest,
    SlugRedirect,
)
from tests.articles.retraction_list import row
from tests.articles.shown import saved
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
WHY = "Zoë O'Brien & Sons said so"
CLAIM = "Zoë O'Brien & Sons cure cirrhosis of the liver in all of them."
TABLES = (ArticleRevision, ClaimOverride, GoneRuling, PreviewLink, Release, ReviewRequest, SlugRedirect)


def to_release(article: Article, staff: Any) -> None:
    saved(article, staff, title="Another title")


def to_publish(article: Article, staff: Any) -> None:
    release(revision=saved(article, staff, title="Another title"), by=staff, reason=WHY)


def to_override(article: Article, staff: Any) -> None:
    saved(article, staff, summary=CLAIM)


def to_keep(article: Article, staff: Any) -> None:
    withdraw(article=article, by=staff, reason=WHY, at=timezone.now() + timedelta(days=3))


def nothing(article: Article, staff: Any) -> None:
    pass


# Of each button what is there before, what is typed, and what a second press is told.
BUTTONS: dict[str, tuple[Callable[..., None], dict[str, str], str]] = {
    "publish": (to_publish, {}, "Published: visitors read revision 2."),
    "ask-review": (to_release, {}, "Asked: revision 2 stands in the queue of the medical reviewers."),
    "release": (to_release, {"note": WHY}, "Released: revision 2 may be published"),
    "override": (to_override, {"reason": WHY}, "You have answered for this passage already."),
    "withdraw": (nothing, {"reason": WHY}, "Withdrawn: visitors no longer see it."),
    "keep": (to_keep, {}, "It stays: there is no longer a day on which it is withdrawn."),
    "address": (nothing, {"slug": "another-address"}, "It has this address already."),
    "restore": (to_release, {}, "You have brought it back already, as revision 3."),
}


def written() -> dict[str, int]:
    return {model.__name__: model._base_manager.count() for model in TABLES}


@pytest.mark.parametrize("name", BUTTONS)
def test_a_second_press_is_told_kindly_that_it_is_done(desk: Client, article: Article, staff: Any, name: str) -> None:
    prepare, typed, told = BUTTONS[name]
    prepare(article, staff)
    page, action = f"{LIST}{article.pk}/change/", f"{LIST}{article.pk}/{name}/"
    fields = {**untouched(desk.get(page), action), **typed}
    assert desk.post(action, fields)["Location"] == page
    before = written()
    answer = desk.post(action, fields, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert escape(told) in answer.text
    assert written() == before


def test_a_link_asked_for_twice_from_one_page_is_one_and_from_the_next_page_another(
    desk: Client, article: Article
) -> None:
    page, action = f"{LIST}{article.pk}/change/", f"{LIST}{article.pk}/preview-link/"
    fields = untouched(desk.get(page), action)
    for _click in range(2):
        told = desk.post(action, fields, follow=True).text
        assert escape(PreviewLink.objects.latest("pk").full_url()) in told
    assert PreviewLink.objects.count() == 1
    desk.post(action, untouched(desk.get(page), action))
    assert PreviewLink.objects.count() == 2


def test_a_notice_decided_by_two_clicks_is_decided_once_and_otherwise_by_nobody_again(
    desk: Client, article: Article, check: Any
) -> None:
    others = [row(number, doi=f"10.5555/other{number}", nature="Correction") for number in range(100, 140)]
    check(row(nature="Retraction"), *others)
    check(*others)
    action, fields = f"{LIST}{article.pk}/gone-notice/", {"record": "1", "ruling": "keep", "reason": WHY}
    for _click in range(2):
        assert "Kept: readers go on seeing the notice." in desk.post(action, fields, follow=True).text
    assert GoneRuling.objects.count() == 1
    answer = desk.post(action, {**fields, "ruling": "lift"})
    assert (answer.status_code, "Somebody has decided this meanwhile" in answer.text) == (422, True)
