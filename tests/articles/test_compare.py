import random
import time
from typing import Any

import pytest

from articles.compare import compared, compared_articles, is_typo_fix

pytestmark = pytest.mark.pure

WORDS = [f"word{number}" for number in range(1200)]
# Some are common, as in any language.
WEIGHTS = [1 / number for number in range(1, 1201)]
OLD: dict[str, Any] = {
    "title": "Cells and the liver",
    "summary": "In 219 adults the cells may have helped.",
    "study": {"design": "A trial", "participants": "219 adults"},
    "sections": [
        {"kind": "findings", "heading": "What was fuond", "body": "More people were alive, perhaps by chance."},
        {"kind": "harms", "heading": "Harms", "body": "Fever in 12 people. It was not safe for all."},
    ],
}


def with_body(index: int, body: str) -> dict[str, Any]:
    sections = [dict(section) for section in OLD["sections"]]
    sections[index]["body"] = body
    return {**OLD, "sections": sections}


def rebuilt(old: str, new: str) -> tuple[str, str]:
    pieces = compared(old, new)
    before = "".join(piece.text for piece in pieces if piece.kind != "new")
    return before, "".join(piece.text for piece in pieces if piece.kind != "gone")


@pytest.mark.parametrize("new", ["", "a b c", "a  c\n\nd", "Zoë O'Brien & Sons <b>"])
def test_the_pieces_make_both_texts_again(new: str) -> None:
    assert rebuilt("a b\nc & <b>", new) == ("a b\nc & <b>", new)


def test_a_section_is_compared_with_itself_wherever_it_moved() -> None:
    moved = {**OLD, "sections": [*reversed(OLD["sections"])]}
    assert [part.name for part in compared_articles(OLD, moved) if part.is_changed] == ["order"]
    (part,) = [part for part in compared_articles(OLD, with_body(1, "Fever in 12 people.")) if part.is_changed]
    assert part.kind == "harms"
    assert [(piece.kind, piece.text) for piece in part.pieces][-1] == ("gone", " It was not safe for all.") or any(
        piece.kind == "gone" and "not safe for all." in piece.text for piece in part.pieces
    )


def test_another_order_of_sections_is_shown_by_their_headings() -> None:
    moved = {**OLD, "sections": [*reversed(OLD["sections"])]}
    (part,) = [part for part in compared_articles(OLD, moved) if part.is_changed]
    assert {piece.text.strip() for piece in part.pieces if piece.kind != "same"} <= {"Harms", "What was fuond"}
    assert [part for part in compared_articles(OLD, {**OLD, "sections": []}) if part.name == "order"] == []


def test_a_fact_stands_under_the_name_that_the_form_gives_it() -> None:
    parts = compared_articles(OLD, {**OLD, "study": {"participants": "210 adults"}})
    (text,) = ["".join(piece.text for piece in part.pieces) for part in parts if part.name == "study"]
    assert "Who took part: " in text


def test_a_section_that_is_gone_is_shown_as_gone() -> None:
    without = {**OLD, "sections": OLD["sections"][:1]}
    gone = [part for part in compared_articles(OLD, without) if part.is_changed]
    assert [(part.kind, {piece.kind for piece in part.pieces}) for part in gone] == [("harms", {"gone"})]


@pytest.mark.parametrize("changed", [0.01, 0.3])
def test_two_revisions_of_five_thousand_words_are_compared_within_a_fifth_of_a_second(changed: float) -> None:
    # All in one section, as it may be imported.
    chance = random.Random(20261128)
    words = chance.choices(WORDS, WEIGHTS, k=5000)
    other = [chance.choice(WORDS) if chance.random() < changed else word for word in words]
    old, new = ({"title": "A", "sections": [{"kind": "unsorted", "body": " ".join(text)}]} for text in (words, other))
    begun = time.process_time()
    (part,) = [part for part in compared_articles(old, new) if part.is_changed]
    taken = time.process_time() - begun
    assert "".join(piece.text for piece in part.pieces if piece.kind != "gone").split() == other
    assert taken < 0.2


def fixed(**changes: Any) -> dict[str, Any]:
    return {**OLD, **changes}


def test_a_word_spelled_otherwise_is_a_typo_fix() -> None:
    sections = [{**OLD["sections"][0], "heading": "What was found"}, OLD["sections"][1]]
    assert is_typo_fix(OLD, fixed(sections=sections))
    assert is_typo_fix(OLD, with_body(0, "More people were alive, perhaps, by chance."))


@pytest.mark.parametrize(
    "new",
    [
        fixed(summary="In 291 adults the cells may have helped."),
        fixed(summary="In 219 adults the cells have helped."),
        fixed(summary="In 219 adults the cells can have helped."),
        fixed(study={"design": "A trial", "participants": "210 adults"}),
        fixed(sections=OLD["sections"][:1]),
        with_body(1, "Fever in 12 people. It was now safe for all."),
        with_body(1, "Fever in 12 people. It was safe for all."),
        with_body(0, "Fewer people were alive, perhaps by chance."),
        with_body(0, "More people were alive, perhaps by chance. So it works."),
    ],
)
def test_a_number_a_fact_or_a_word_that_turns_a_sentence_round_is_none(new: dict[str, Any]) -> None:
    assert not is_typo_fix(OLD, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("unsafe", "safe"),
        ("ineffective", "effective"),
        ("decreased", "increased"),
        ("milligrams", "micrograms"),
        ("hypertension", "hypotension"),
        ("blinded", "unblinded"),
        ("died", "dried"),
        ("µg", "mg"),
        ("µg", "g"),
    ],
)
def test_one_word_for_another_is_none_however_alike_they_are(old: str, new: str) -> None:
    for one, two in ((old, new), (new, old)):
        assert not is_typo_fix(with_body(0, f"They were {one} here."), with_body(0, f"They were {two} here."))


def test_a_word_of_the_opening_articles_is_no_misspelling_of_another() -> None:
    assert not is_typo_fix(with_body(0, "It was a trial."), with_body(0, "It was a trail."))
    assert is_typo_fix(with_body(0, "It was a trail."), with_body(0, "It was a trial."))


def test_many_words_spelled_otherwise_are_none() -> None:
    right = [
        "people",
        "trials",
        "disease",
        "cells",
        "months",
        "review",
        "studied",
        "results",
        "control",
        "between",
        "placebo",
    ]
    wrong = [f"{word[:-2]}{word[-1]}{word[-2]}" for word in right]
    assert is_typo_fix(with_body(0, " ".join(wrong[:10])), with_body(0, " ".join(right[:10])))
    assert not is_typo_fix(with_body(0, " ".join(wrong)), with_body(0, " ".join(right)))
