"""Two editors load one revision and save at the same moment: what either wrote is kept, or shown as it was typed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from articles.actions import save_revision
from articles.models import Article, ArticleRevision
from tests.browser_posts import untouched
from tests.concurrency.test_edits import close_both

# The page of an article lists its revisions: after some pairs the next take a new one.
PAIRS_OF_ONE = 25


@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pairs", [25, pytest.param(1000, marks=pytest.mark.full)])
def test_no_revision_of_two_editors_at_once_is_lost(first_content: None, django_user_model: Any, pairs: int) -> None:
    people = [django_user_model.objects.create_superuser(f"e{n}@clinic.example", name=f"E{n}") for n in range(2)]
    browsers = [Client(), Client()]
    for browser, person in zip(browsers, people, strict=True):
        browser.force_login(person)
    found: list[Any] = []
    with ThreadPoolExecutor(2) as pool:
        for pair in range(pairs):
            if pair % PAIRS_OF_ONE == 0:
                article = short_article(f"pairs-{pair}", people[0])
            titles = [f"Pair {pair}, {name}: cells in spinal fluid" for name in ("Zoë", "O'Brien & Sons")]
            # Whoever is asked first is often first: each in turn.
            order = (0, 1) if pair % 2 else (1, 0)
            found += [*save_together(pool, browsers, article, titles, order)]
        close_both(pool)
    saved = [title for title, status, _told in found if status == 302]
    lost = [title for title, status, told in found if not (status == 302 or told)]
    print(f"\ntwo editors at once: {pairs} pairs, {len(saved)} saved, {len(lost)} lost")  # noqa: T201
    assert lost == []
    assert len(saved) == pairs
    rows = ArticleRevision.objects.filter(article__slug__startswith="pairs-", number__gt=1).order_by("pk")
    assert [*rows.values_list("content__title", flat=True)] == saved
    assert [*rows.values_list("number", flat=True)] == [pair % PAIRS_OF_ONE + 2 for pair in range(pairs)]
    # Neither always loses: else they would not have met.
    assert set(rows.values_list("created_by", flat=True)) == {person.pk for person in people}


def short_article(slug: str, account: Any) -> Article:
    content = ArticleRevision.objects.filter(article__slug="harms-of-cells-in-spinal-fluid").latest("number").content
    article = Article.objects.create(slug=slug)
    save_revision(article=article, content={**content, "sections": content["sections"][:1]}, by=account)
    return article


def save_together(
    pool: ThreadPoolExecutor, browsers: list[Client], article: Article, titles: list[str], order: tuple[int, int]
) -> list[Any]:
    """Each title with the status of its answer, and whether that one told its writer, in any order."""
    page = f"/admin/articles/article/{article.pk}/change/"
    # What both began from.
    form = untouched(browsers[0].get(page), "article_form", "save")
    ready = Barrier(2)

    def save(place: int) -> Any:
        ready.wait()
        answer = browsers[place].post(page, {**form, "title": titles[place]})
        return titles[place], answer.status_code, is_told(answer, titles[place])

    return list(pool.map(save, order))


def is_told(answer: Any, title: str) -> bool:
    """Who saved meanwhile, with what was typed still in its field."""
    said = answer.content.decode()
    return answer.status_code == 422 and "after you opened this page" in said and escape(title) in said
