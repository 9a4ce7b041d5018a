from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiries.actions import erase_person
from enquiries.folding import fold
from enquiries.models import Lead, SavedView

# What names are written with in Europe, the Americas and Vietnam: Latin, Greek, Cyrillic, and signs within names.
SPANS = [
    (0x20, 0x7E),
    (0xC0, 0x17F),
    (0x218, 0x21B),
    (0x1E00, 0x1E99),
    (0x1EA0, 0x1EF9),
    (0x386, 0x3CE),
    (0x400, 0x45F),
]
LETTERS = [chr(code) for first, last in SPANS for code in range(first, last + 1)]
LETTERS = [letter for letter in LETTERS if letter.isascii() or letter.isalpha()] + list("ґҐ‘’‚“”„‐‑–—…×÷")


def searchable(texts: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT searchable(t) FROM unnest(%s::text[]) WITH ORDINALITY AS u(t, n) ORDER BY n", [texts])
        return [row[0] for row in cursor.fetchall()]


def test_python_folds_each_letter_as_postgres_does(db: None) -> None:
    found = dict(zip(LETTERS, searchable(LETTERS), strict=True))
    assert {letter: fold(letter) for letter in LETTERS} == found


# One database for all of the texts, which only reads them.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from(LETTERS), max_size=20), max_size=50))
def test_python_folds_words_as_postgres_does(db: None, words: list[str]) -> None:
    assert [fold(word) for word in words] == searchable(words)


@pytest.mark.parametrize("typed", ["lukasz o’brien", "ŁUKASZ O'BRIEN", "Lukasz O'Brien"])
def test_a_view_that_looks_for_somebody_is_forgotten_however_the_name_was_typed(
    ask: Callable[..., Any], staff: Any, typed: str
) -> None:
    ask(name="Łukasz O'Brien")
    SavedView.objects.create(owner=staff, name="Mine", query=urlencode({"q": typed}))
    erase_person(lead=Lead.objects.get(), by=staff)
    assert not SavedView.objects.exists()
