"""What somebody typed into the search box, as a condition on leads."""

import re
from collections.abc import Iterator
from functools import cache

from django.db.models import Func, Q, TextField, Value
from django.utils.translation import get_language
from django_countries import countries

from enquiries.folding import fold
from enquiries.models import Lead
from enquiries.models.stages import SHOWN

# The index is made of groups of three letters; what is shorter it knows only at the beginning of a word.
INDEXED = 3
# Shorter words are names far more often than beginnings of a country.
SHORTEST_COUNTRY = 4
# More of one name are no search for one person.
MOST_MERGED = 100
# What stands before its code in lead_search() in Postgres.
COUNTRY = "zz"
# What people say and no list of countries has.
SPOKEN = {
    **dict.fromkeys(("usa", "america"), "US"),
    **dict.fromkeys(("uk", "britain", "england", "scotland", "wales"), "GB"),
    "uae": "AE",
    "holland": "NL",
}

NUMBER = re.compile(r"[\d()+./-]*\d[\d()+./-]*")
LEAD_NUMBER = re.compile(r"#[0-9]{1,18}")
# As in lead_search() in Postgres, so that the two speak of one number alike.
NOT_DIALLED = re.compile(r"\(0\)|\D")


def matching(typed: str) -> Q | None:
    """Leads that have every word of it somewhere; None where there is nothing to look for."""
    found: Q | None = None
    for word in words(typed):
        found = has(word) if found is None else found & has(word)
    return found | survivors_of(found) if found else None


def survivors_of(found: Q) -> Q:
    """Whoever was merged lives on in somebody else, and is known by all that they were known by."""
    # In the order of an index that has nobody else, so that a million leads are not looked at.
    merged = Lead.objects.filter(found, ~SHOWN, merged_into__isnull=False).order_by("-created_at", "-pk")
    return Q(pk__in=sorted({lead.survivor().pk for lead in merged.select_related("merged_into")[:MOST_MERGED]}))


def words(typed: str) -> Iterator[str]:
    """The words with a letter or digit in them; what stands together of a number is one word, its digits."""
    number = ""
    for part in [*typed.split(), ""]:
        if NUMBER.fullmatch(part):
            number += part
            continue
        if number:
            yield digits(number)
            number = ""
        if any(letter.isalnum() for letter in part):
            yield part


def digits(number: str) -> str:
    """Without what is dialled in front, 00 or 0: whoever wrote the number down wrote + or nothing."""
    dialled = NOT_DIALLED.sub("", number)
    short = dialled.lstrip("0")
    return short if len(short) >= INDEXED else dialled


def has(word: str) -> Q:
    return whose_address(word) or whose_number(word) or has_part(word)


def whose_address(word: str) -> Q | None:
    """A whole address is one row of a unique index, while its letters are those of everybody at that provider."""
    lead = Lead.objects.filter(email=word).first() if "@" in word else None
    return Q(pk=lead.pk) if lead else None


def whose_number(word: str) -> Q | None:
    """As the timeline of a merge writes it."""
    return Q(pk=int(word[1:])) if LEAD_NUMBER.fullmatch(word) else None


def has_part(word: str) -> Q:
    part = word if longest_run(word) >= INDEXED else f" {word}"
    # Postgres folds what was typed as it folded what is stored.
    found = Q(search__contains=Func(Value(part), function="searchable", output_field=TextField()))
    for code in countries_called(word):
        found |= Q(search__contains=f"{COUNTRY}{code.lower()}")
    return found


def longest_run(word: str) -> int:
    return max((len(run) for run in re.findall(r"[^\W_]+", word)), default=0)


def countries_called(word: str) -> list[str]:
    """The codes of countries whose name has a word that begins so."""
    folded = fold(word)
    codes = {SPOKEN[folded]} if folded in SPOKEN else set()
    if len(folded) >= SHORTEST_COUNTRY:
        codes |= {code for name, code in country_words(get_language()) if name.startswith(folded)}
    return sorted(codes)


@cache
def country_words(_language: str | None) -> list[tuple[str, str]]:
    """In the language of the page, which the cache keeps apart by its argument."""
    return [(word, code) for code, name in countries for word in re.findall(r"\w+", fold(name))]
