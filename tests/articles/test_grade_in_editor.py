"""How hard a text is to read stands beside it, and what is far too hard needs somebody who answers for it."""

from typing import Any

import pytest
from django.test import Client

from articles.models import Article, ClaimOverride
from tests.articles.shown import saved
from tests.browser_posts import untouched

LIST = "/admin/articles/article/"
HARD = (
    "Considerable heterogeneity regarding preparation, dosage, administration and characterization of the products "
    "precludes any reliable conclusion concerning the comparative effectiveness of the interventions investigated."
)


def told(desk: Client, article: Article) -> str:
    return desk.get(f"{LIST}{article.pk}/change/").text


def with_background(article: Article, staff: Any, body: str) -> Any:
    sections = [
        {**section, "body": body} if section["kind"] == "background" else section
        for section in article.content["sections"]
    ]
    return saved(article, staff, sections=sections)


def test_each_section_and_the_summary_say_their_grade(desk: Client, article: Article) -> None:
    long_enough = [section for section in article.content["sections"] if len(section["body"].split()) > 40]
    page = told(desk, article)
    assert page.count('class="quiet grade">Reading grade ') >= len(long_enough) + 1
    assert "Reading grade 7.8; the aim is 8 or less." in page


def test_a_section_too_hard_to_read_stops_until_somebody_says_by_name_why_it_may_stand(
    desk: Client, article: Article, staff: Any
) -> None:
    with_background(article, staff, HARD)
    page = told(desk, article)
    assert "too hard to be published, the aim is 8. Hardest: “Considerable heterogeneity" in page
    ask = f"{LIST}{article.pk}/ask-review/"
    refused = desk.post(ask, untouched(page, ask))
    assert refused.status_code == 422
    assert any("Too hard to read" in sentence for sentence in refused.context["refused"])
    override = f"{LIST}{article.pk}/override/"
    desk.post(override, {**untouched(page, override), "reason": "It quotes Zoë O'Brien & Sons."})
    assert ClaimOverride.objects.get().rule == "reading-grade"
    assert desk.post(ask, untouched(told(desk, article), ask)).status_code == 302


@pytest.mark.parametrize("body", ["Short.", "Considerable heterogeneity."])
def test_what_is_too_short_says_nothing_and_stops_nothing(
    desk: Client, article: Article, staff: Any, body: str
) -> None:
    with_background(article, staff, body)
    assert "too hard to be published" not in told(desk, article)
