"""What a draft must be, and what it still lacks to be published."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

import articles
from articles.models import SectionKind
from articles.rules import NEEDED_ONCE, SCHEMA, check_content, missing, missing_words

pytestmark = pytest.mark.pure

OPENING = Path(articles.__file__).parent / "content" / "articles" / "cord-cells-advanced-liver-cirrhosis.toml"


@pytest.fixture
def content() -> dict[str, Any]:
    read = tomllib.loads(OPENING.read_text(encoding="utf-8"))
    return {name: value for name, value in read.items() if name != "slug"}


def without(content: dict[str, Any], *kinds: str) -> dict[str, Any]:
    return {**content, "sections": [section for section in content["sections"] if section["kind"] not in kinds]}


def test_a_title_is_enough_for_a_draft() -> None:
    check_content({"title": "Begun today", "sections": []})
    with pytest.raises(ValidationError, match="title"):
        check_content({"sections": []})


def test_a_line_break_at_the_end_is_no_part_of_a_title() -> None:
    with pytest.raises(ValidationError):
        check_content({"title": "Begun today\n", "sections": []})


def test_an_unsorted_section_needs_no_heading_and_any_other_does() -> None:
    check_content({"title": "As imported", "sections": [{"kind": "unsorted", "body": "All of it"}]})
    with pytest.raises(ValidationError, match="heading"):
        check_content({"title": "As imported", "sections": [{"kind": "harms", "body": "All of it"}]})


def test_a_complete_article_lacks_nothing(content: dict[str, Any]) -> None:
    assert missing(content) == []


@pytest.mark.parametrize("kind", NEEDED_ONCE)
def test_a_section_that_an_article_owes_the_reader_is_missed(content: dict[str, Any], kind: str) -> None:
    assert missing(without(content, kind)) == [f"no:{kind}"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"summary": ""}, "summary"),
        ({"topics": []}, "topics"),
        ({"study": {"design": "A trial"}}, "evidence"),
        ({"citation": {"authors": ["Smith J"], "title": "A study", "journal": "J"}}, "source"),
    ],
)
def test_what_else_is_missing_is_said(content: dict[str, Any], change: dict[str, Any], code: str) -> None:
    assert missing({**content, **change}) == [code]


def test_a_section_twice_and_one_that_is_not_sorted_are_said(content: dict[str, Any]) -> None:
    more = [{"kind": "harms", "heading": "Again", "body": "More"}, {"kind": "unsorted", "body": "Rest"}]
    content["sections"] = [*content["sections"], *more]
    assert missing(content) == ["several:harms", "unsorted"]


def test_whatever_is_missing_has_a_sentence() -> None:
    twice = [{"kind": kind} for kind in NEEDED_ONCE for _time in range(2)]
    codes = {*missing({}), *missing({"sections": [*twice, {"kind": "unsorted"}]})}
    assert all(missing_words(code).endswith(".") for code in codes)
    assert len({missing_words(code) for code in codes}) == len(codes) == 4 + 2 * len(NEEDED_ONCE) + 1


def test_schema_and_form_know_the_same_kinds_of_section() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert set(schema["$defs"]["section"]["properties"]["kind"]["enum"]) == set(SectionKind.values)
