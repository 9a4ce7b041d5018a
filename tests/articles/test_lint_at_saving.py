from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from articles.claims.rules import rules
from articles.lint_words import NAMES
from articles.models import Article
from tests.browser_posts import untouched


@pytest.fixture
def article(first_content: None) -> Article:
    return Article.objects.get(slug="cord-cells-advanced-liver-cirrhosis")


def saved(desk: Client, article: Article, **typed: str) -> str:
    url = f"/admin/articles/article/{article.pk}/change/"
    fields: dict[str, Any] = {**untouched(desk.get(url), "article_form", "save"), **typed}
    return desk.post(url, fields, follow=True).text


def test_saving_a_draft_says_which_words_claim_too_much_and_what_to_write_instead(
    desk: Client, article: Article
) -> None:
    page = saved(desk, article, summary="A miracle: Zoë O'Brien & Sons cure <b>cirrhosis</b>, a miracle indeed.")
    assert "Big words: “miracle”." in page
    assert "Promise of a cure: “cure”." in page
    assert escape(rules()["cure"].fix) in page
    assert Article.objects.get(pk=article.pk).revisions.count() == 2


def test_whoever_reviews_reads_what_the_newest_revision_claims(
    desk: Client, reviewing: Client, article: Article
) -> None:
    url = f"/admin/articles/article/{article.pk}/change/"
    assert "Promise of a cure" not in reviewing.get(url).text
    assert "Look at 1 kind of claim" in saved(desk, article, summary="Cells cure the livers of Zoë O'Brien & Sons.")
    assert "Promise of a cure: “cure”." in reviewing.get(url).text


def test_saving_honest_words_says_nothing_of_claims(desk: Client, article: Article) -> None:
    page = saved(desk, article, summary="Eleven of 20 people walked further after six months.")
    assert not [name for name in NAMES.values() if str(name) in page]


@pytest.mark.pure
def test_each_rule_has_a_name_for_editors() -> None:
    assert set(NAMES) == set(rules())
