"""What of a text is shown for a search, with the words that were looked for marked. Escaped first, and then marked."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from articles.search import powers
from articles.search.typed import Group, plain

# As many letters as two lines on a phone hold several times over.
LENGTH = 240
# Without its “no” or its “but” a sentence says the opposite: only one that is longer than this is cut in two.
LONGEST_SENTENCE = 2 * LENGTH
END = re.compile(r"[.!?]\s+|\n")
# Endings of English: "trial" is marked in "trials", "therapy" in "therapies", and "ms" not in "msc".
ENDING = re.compile(r"(?:ies|y|es|s|ing|ed|ation|al|ic)$")
SHORTEST_STEM = 4
LONGEST_ENDING = 5


def pattern_of(groups: Iterable[Group]) -> re.Pattern[str] | None:
    """Longest first, so that "multiple sclerosis" is one mark."""
    terms = {r"\W+".join(map(shape, term)) for group in groups for term in group.terms}
    terms |= {rf"{group.begins}\w*" for group in groups if group.begins}
    return re.compile(rf"\b(?:{'|'.join(sorted(terms, key=len, reverse=True))})\b", re.I) if terms else None


def shape(word: str) -> str:
    if power := powers.shape(word):
        return power
    stem = ENDING.sub("", word)
    return rf"{stem}\w{{0,{LONGEST_ENDING}}}" if len(stem) >= SHORTEST_STEM else word


def marked(text: str, pattern: re.Pattern[str] | None) -> SafeString:
    if pattern is None:
        return mark_safe(escape(text))  # noqa: S308 - just escaped
    parts, end = [], 0
    for found in pattern.finditer(plain(text)):
        parts += [escape(text[end : found.start()]), "<mark>", escape(text[found.start() : found.end()]), "</mark>"]
        end = found.end()
    return mark_safe("".join([*parts, escape(text[end:])]))  # noqa: S308 - each part is escaped


def excerpt(text: str, pattern: re.Pattern[str] | None) -> SafeString:
    """Of the place where most of the words stand together; empty if none does."""
    places = [found.start() for found in pattern.finditer(plain(text))] if pattern else []
    if not places:
        return mark_safe("")
    best = max(enumerate(places), key=lambda found: bisect_left(places, found[1] + LENGTH) - found[0])[1]
    last = places[bisect_left(places, best + LENGTH) - 1]
    begin, end = begin_of(text, best), end_of(text, last, best + LENGTH)
    shown = " ".join(text[begin:end].split())
    return mark_safe(  # noqa: S308 - marked() escapes
        f"{'… ' if begin else ''}{marked(shown, pattern)}{' …' if end < len(text) else ''}"
    )


def begin_of(text: str, place: int) -> int:
    """The beginning of its sentence or line."""
    near = max(0, place - LONGEST_SENTENCE)
    ends = [found.end() for found in END.finditer(text, near, place)]
    if ends:
        return ends[-1]
    return text.find(" ", near, place) + 1 if near and " " in text[near:place] else near


def end_of(text: str, place: int, room: int) -> int:
    """The end of the last sentence up to `room`, or of the one that stands at `place`, if that is longer."""
    far = place + LONGEST_SENTENCE
    ends = [found.start() + 1 for found in END.finditer(text, place, far)] + [len(text)] * (len(text) <= far)
    if ends:
        return ([end for end in ends if end <= room] or ends[:1])[-1]
    return text.rfind(" ", place, far) if " " in text[place:far] else far
