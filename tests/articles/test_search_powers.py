from typing import Any

import pytest
from django.db import connection
from django.test import Client

from articles.models import Article
from articles.search.typed import words_of
from tests.articles.shown import shown
from tests.articles.test_search import LIVER, SEARCH, found

TYPED = ["10^6", "10⁶ cells", "x10(6)", "1x10^6 cells", "10**6", "106 cells", "1 x 106 cells"]
ODD = ["10⁶", "10⁻⁶", "10^-6", "10(6)", "10^12", "2x10⁶", "10.6", "m²", "CO₂", "2010(6)", "7⁶"]
# Times ten that is no power, and one beyond all that are asked for.
ODD += ["10x10", "x10", "X10", "4x100", "5x106", "10×10", "10¹⁰⁰", "10⁶⁻⁷", "10⁺⁶", "10^6.5", "Hox10"]
# As a million cells are written in the text of an article.
WRITTEN = ["1 × 10⁶ cells", "1x10^6 cells", "1 x 10(6) cells"]


@pytest.fixture(autouse=True)
def _content(first_content: None) -> None: ...


def with_dose(article: Article, staff: Any, dose: str) -> None:
    sections = [{**article.content["sections"][0], "body": f"Each was given {dose} for each kilogram."}]
    shown(article, staff, sections=[*sections, *article.content["sections"][1:]])


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("typed", TYPED)
def test_a_power_of_ten_is_found_however_it_is_typed_and_written(
    client: Client, article: Article, staff: Any, written: str, typed: str
) -> None:
    with_dose(article, staff, written)
    assert found(client, typed) == [LIVER]


@pytest.mark.parametrize("typed", ["10^7", "10^-6", "10⁻⁶ cells per kilogram", "10(61)", "107 cells per kilogram"])
def test_another_power_is_not(client: Client, article: Article, staff: Any, typed: str) -> None:
    with_dose(article, staff, WRITTEN[0])
    page = client.get(SEARCH, {"q": typed}).text
    assert LIVER not in found(client, typed) or "No summary has" in page


def test_ten_and_six_are_no_power(client: Client, article: Article, staff: Any) -> None:
    with_dose(article, staff, "10.6 million cells, to 10 (6 %) of them in 2010(6),")
    assert found(client, "10^6") == []


def test_what_is_raised_or_lowered_is_found_as_it_is_typed(client: Client, article: Article, staff: Any) -> None:
    with_dose(article, staff, "5 mg/m² and CO₂ to 8219¹ people")
    assert [found(client, typed) for typed in ("mg/m2", "m²", "CO2", "CO₂", "8219")] == [[LIVER]] * 5


def test_a_power_that_is_found_is_marked(client: Client, article: Article, staff: Any) -> None:
    with_dose(article, staff, WRITTEN[0])
    for typed in ("10^6", "106 cells"):
        assert "<mark>10⁶</mark>" in client.get(SEARCH, {"q": typed}).text


@pytest.mark.parametrize(("typed", "said"), [("10^7", "10⁷"), ("10(-12)", "10⁻¹²"), ("10⁷", "10⁷")])
def test_what_no_summary_has_is_said_as_it_is_written(client: Client, typed: str, said: str) -> None:
    assert f"These are without “{said}”." in client.get(SEARCH, {"q": f"cirrhosis {typed}"}).text


@pytest.mark.parametrize("text", ODD)
def test_questions_and_texts_make_the_same_words_of_it(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('articles', plain_words(%s)) @@ to_tsquery('articles', %s)",
            [text, " & ".join(words_of(text))],
        )
        assert cursor.fetchone() == (True,)
