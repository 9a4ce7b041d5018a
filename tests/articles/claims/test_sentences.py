import pytest

from articles.claims.sentences import sentences

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "one",
    [
        "Scores fell by 1.5 points (p = 0.03).",
        "Shi et al. followed 219 people.",
        "Some tests, e.g. albumin, got better.",
        "The paper (doi: 10.1007/s12072-021-10199-2) is free.",
        "Dr. O'Brien led the trial.",
        "See Fig. 2 for the numbers.",
        "The dose was approx. 2 million cells.",
        'They asked "How are you?" at each visit.',
    ],
)
def test_dots_that_end_no_sentence(one: str) -> None:
    assert sentences(one) == [one]


@pytest.mark.parametrize(
    "two",
    [
        ["It was 1.5.", "Then it fell."],
        ["Is it safe?", "Nobody knows."],
        ["“It works.”", "So they say."],
        ["Nine had IL-10.", "Two did not."],
        ["They had vitamin A.", "Nothing happened."],
    ],
)
def test_where_a_sentence_ends(two: list[str]) -> None:
    assert sentences(" ".join(two)) == two


def test_lines_of_a_list_are_apart() -> None:
    assert sentences("- Fever in two\n- Pain in one") == ["- Fever in two", "- Pain in one"]
