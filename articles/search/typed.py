"""What somebody typed, as groups of terms that mean the same: a summary that is found has one of each group."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from articles.citations import identifiers
from articles.models import Synonym
from articles.search.postgres import told
from articles.search.powers import told_apart, written
from foundation.outage import last_known

# As long as anybody's question; each word more is a look-up more.
MOST_WORDS = 16
# Of a shorter word nearly everything is a beginning: MS would be MSC.
SHORTEST_BEGINNING = 3
MOST_ENDINGS = 12
WORD = re.compile(r"[^\W_]+")
# A PMID without its name; a year or a number of people is shorter.
BARE_PMID = re.compile(r"[0-9]{6,8}")
# 1:1, so that a place in the plain text is the same place in the text itself.
ACCENTS = {
    letter: base
    for letter in map(chr, range(0xC0, 0x250))
    if (base := unicodedata.normalize("NFD", letter)[0]) != letter
} | {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
PLAIN = str.maketrans(ACCENTS)

# A word, or several that stand beside each other.
Term = tuple[str, ...]


class Group(NamedTuple):
    """typed: as it stands in the question, or a power as it is printed.

    begins: what the last word may go on as, while it is being typed.
    """

    typed: str
    terms: tuple[Term, ...]
    begins: str = ""

    def query(self, beside: str = " <-> ") -> str:
        """In the words of to_tsquery; a term holds letters and digits only, so none is an operator."""
        terms = [f"({beside.join(term)})" if len(term) > 1 else term[0] for term in self.terms]
        return f"({' | '.join([*terms, f'{self.begins}:*'] if self.begins else terms)})"


def words_of(text: str) -> list[str]:
    return WORD.findall(plain(told_apart(text)).lower())


def plain(text: str) -> str:
    return text if text.isascii() else text.translate(PLAIN)


def identifier(typed: str) -> str:
    """The DOI, PMID, PMCID or trial number in it, as entries hold it; empty if there is none."""
    for name in ("doi", "nct", "pmcid", "pmid"):
        found, _place = identifiers.find(name, typed.replace("NCT ", "NCT").replace("nct ", "nct"))
        if found:
            return found.lower()
    return typed if BARE_PMID.fullmatch(typed) else ""


def groups_of(typed: str) -> list[Group]:
    words = words_of(typed)[:MOST_WORDS]
    return list(grouped(words, same_as()))


@last_known(default=dict, of_the_frame=True)
def same_as() -> dict[Term, tuple[Term, ...]]:
    """Each term of the synonyms, and all that mean the same, itself first; to be looked at, not changed."""
    return meanings(tuple(Synonym.objects.values_list("words", flat=True)))


# Taken apart anew for each search, they would cost twice as much as reading them.
@lru_cache(maxsize=1)
def meanings(rows: tuple[str, ...]) -> dict[Term, tuple[Term, ...]]:
    found: dict[Term, list[Term]] = {}
    for row in rows:
        terms = [term for part in row.split(",") if (term := tuple(words_of(part)))]
        for term in terms:
            found.setdefault(term, [term]).extend(other for other in terms if other != term)
    return {term: tuple(dict.fromkeys(terms)) for term, terms in found.items()}


def grouped(words: list[str], synonyms: dict[Term, tuple[Term, ...]]) -> Iterator[Group]:
    """The longest term first: "spinal fluid" is one thing, and neither of its words alone."""
    longest, place = max(map(len, synonyms), default=1), 0
    while place < len(words):
        for size in range(min(longest, len(words) - place), 0, -1):
            term = tuple(words[place : place + size])
            if term in synonyms:
                yield Group(" ".join(map(written, term)), synonyms[term])
                break
        else:
            size = 1
            yield single(words[place], is_last=place == len(words) - 1)
        place += size


def single(word: str, *, is_last: bool) -> Group:
    if not is_last or len(word) < SHORTEST_BEGINNING:
        return Group(written(word), ((word,),))
    return Group(written(word), ((word,), *((ending,) for ending in endings(word))), word)


def endings(beginning: str) -> list[str]:
    """Whole words that begin so: stems are shorter than words, and "injectio" is the beginning of no stem."""
    # Letters and digits only: nothing in it is a pattern.
    return told(
        "SELECT word FROM articles_searchword WHERE word LIKE %s ORDER BY word LIMIT %s",
        [f"{beginning}%", MOST_ENDINGS],
    )
