import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from articles.claims.article import lost, missing_limits, of_article, old_search, too_hard, unexplained
from articles.claims.lint import Finding
from articles.claims.rules import rules

pytestmark = pytest.mark.pure
TODAY = date(2026, 11, 28)
CONTENT = Path(__file__).parents[3] / "articles/content/articles"


def old(example: str) -> Iterator[Finding]:
    design, _, text = example.rpartition(" :: ")
    return old_search(text, design, TODAY)


@pytest.mark.parametrize(
    ("rule", "finder"),
    [
        ("abbreviation", unexplained),
        ("lost-power", lost),
        ("missing-limits", missing_limits),
        ("old-search", old),
        ("reading-grade", too_hard),
    ],
)
def test_a_rule_of_whole_articles_finds_its_positive_examples_and_no_negative_one(rule: str, finder) -> None:
    examples = rules()[rule]
    assert [text for text in examples.positive if not list(finder(text))] == []
    assert [text for text in examples.negative if list(finder(text))] == []


def test_an_article_that_is_not_written_yet_is_told_that_its_limits_are_missing() -> None:
    assert [found.rule for found in of_article({}, TODAY)] == ["missing-limits"]


def test_a_power_that_may_be_lost_is_told_wherever_it_stands_on_the_page() -> None:
    content = {
        "title": "Of 10(6) cells",
        "summary": "They got 1 x 107 cells.",
        "study": {"dose": "2 × 108 cells"},
        "sections": [{"kind": "limits", "heading": "10(5) cells", "body": "Few people, so 10(4) cells may be few."}],
    }
    found = [each.words for each in of_article(content, TODAY) if each.rule == "lost-power"]
    assert found == ["10(6)", "10(5)", "x 108".replace("x", "×"), "x 107", "10(4)"]


def test_the_design_of_the_study_decides_what_its_sections_may_say() -> None:
    content = {
        "summary": "What was found.",
        "study": {"design": "Single-arm trial"},
        "sections": [
            {"kind": "findings", "body": "The infusions improved walking."},
            {"kind": "limits", "body": "Only 12 people took part, and there was no comparison group."},
        ],
    }
    assert [found.rule for found in of_article(content, TODAY)] == ["causal"]
    content["study"] = {"design": "Randomised controlled trial"}
    assert of_article(content, TODAY) == []


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.toml")), ids=lambda path: path.stem)
def test_the_articles_that_the_site_comes_with_break_no_rule_that_stops_publishing(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    found = of_article(content, TODAY)
    assert [each for each in found if rules()[each.rule].stops] == []
