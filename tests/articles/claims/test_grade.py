import tomllib
from pathlib import Path

import pytest

from articles.claims.article import too_hard
from articles.claims.grade import TARGET, grade, measured, syllables
from tests.articles import test_opening_content as by_hand

pytestmark = pytest.mark.pure
CONTENT = Path(__file__).parents[3] / "articles/content/articles"
HARD = (
    "Immunomodulatory paracrine mechanisms may ameliorate neurodegenerative pathophysiology. Considerable "
    "heterogeneity precludes definitive conclusions concerning the comparative effectiveness of the interventions."
)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("Zoë’s", 1),
        ("20", 1),
        ("placebo", 3),
        ("table", 2),
        ("injected", 3),
        ("done", 1),
        ("area", 3),
        ("mesenchymal", 4),
        ("science", 2),
    ],
)
def test_syllables_are_counted_by_the_dictionary_and_else_by_vowels(word: str, count: int) -> None:
    assert syllables(word) == count


def test_dots_inside_numbers_abbreviations_dois_and_p_values_end_no_sentence() -> None:
    text = "It fell by 2.18 points (p = 0.048; Smith et al. 2024, doi 10.1000/xyz.123), e.g. in men. That is all."
    assert [sentence for sentence, _words, _syllables in measured(text)][1:] == ["That is all."]


def test_each_item_of_a_list_is_a_sentence_and_markup_is_no_word() -> None:
    found = measured("- **Pain** in the [back](https://example.org/a-very-long-address)\n- none at all")
    assert found == [("Pain in the back", 4, 4), ("none at all", 3, 3)]


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.toml")), ids=lambda path: path.stem)
def test_an_article_that_we_open_with_and_its_summary_are_within_the_target(path: Path) -> None:
    article = tomllib.loads(path.read_text(encoding="utf-8"))
    summary = article["summary"]
    found = grade(summary)
    whole = grade("\n\n".join([summary, *(section["body"] for section in article["sections"])]))
    assert found is not None
    assert whole is not None
    assert max(found, whole) <= TARGET
    assert abs(found - by_hand.grade(summary)) < 0.3


def test_a_line_or_two_has_no_grade() -> None:
    assert grade("Immunomodulatory paracrine mechanisms.") is None
    assert grade("") is None


def test_what_is_too_hard_is_quoted_where_it_is_hardest() -> None:
    [found] = too_hard(f"It was small. {HARD}")
    assert found.rule == "reading-grade"
    assert float(found.words) > 9.5
    assert found.sentence.startswith("Immunomodulatory")
