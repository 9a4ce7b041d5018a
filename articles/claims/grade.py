"""The school grade at which a text is read easily: Flesch and Kincaid's formula, on sentences and syllables of ours."""

import re
from functools import cache, lru_cache
from pathlib import Path

from articles.claims.sentences import sentences

WORDS = Path(__file__).parent / "syllables.txt"
TARGET = 8.0
# Half a grade is within what a single name of a disease brings; beyond this most readers are lost.
STOPS_BEYOND = 9.5
# A line or two of long names says nothing of how the rest reads.
FEWEST_WORDS = 20
MARKUP = re.compile(r"\*\*|__|[`*_#>]|(?m:^\s*(?:[-*]|\d+\.)\s+)|!?\[([^\]]*)\]\([^)]*\)")
WORD = re.compile(r"[\w'’-]*\w[\w'’-]*")


@cache
def exceptions() -> dict[str, int]:
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return {word: int(count) for count, *words in rows for word in words}


# An article says the same words again and again.
@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """A number is read as one."""
    parts = [part for part in word.lower().replace("’", "'").split("-") if part]
    return sum(exceptions().get(part) or by_vowels(part) for part in parts)


def by_vowels(word: str) -> int:
    letters = re.sub(r"[^a-z]", "", word)
    groups = len(re.findall(r"[aeiouy]+", letters))
    silent = bool(re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouysxzcghl]es$", letters))
    return max(groups - silent, 1)


def measured(text: str) -> list[tuple[str, int, int]]:
    """Each sentence without its markup, with its words and syllables; each item of a list is at least one."""
    found = []
    for sentence in sentences(text):
        plain = " ".join(MARKUP.sub(lambda mark: mark.group(1) or "", sentence).split())
        words = WORD.findall(plain)
        if words:
            found.append((plain, len(words), sum(map(syllables, words))))
    return found


def of(sentences_: int, words: int, syllables_: int) -> float:
    return 0.39 * words / sentences_ + 11.8 * syllables_ / words - 15.59


# Whoever types changes one section of ten.
@lru_cache(maxsize=500)
def grade(text: str) -> float | None:
    """None of what is too short to say."""
    found = measured(text)
    words = sum(count for _sentence, count, _syllables in found)
    if words < FEWEST_WORDS:
        return None
    return of(len(found), words, sum(count for _sentence, _words, count in found))


def hardest(text: str) -> str:
    """The sentence to begin with."""
    return max(measured(text), key=lambda each: of(1, each[1], each[2]))[0]
