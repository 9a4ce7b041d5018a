"""What a sentence must hold for a pattern to have any chance, so that most patterns are never tried.

A plain search for a word is fifty times as fast as a pattern of alternatives, and an article may not take 100 ms.
"""

import re
from collections.abc import Iterable, Iterator
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

# Shorter ones are in every sentence.
SHORTEST = 2


def cues(pattern: str) -> list[frozenset[str]]:
    """In lower case; each match holds one of each of these."""
    return able(parts(parser.parse(pattern, re.IGNORECASE)))


def parts(tree: Iterable[tuple[Any, Any]]) -> Iterator[frozenset[str]]:
    """What each part of a sequence needs; letters in a row are one part."""
    letters = ""
    for kind, value in tree:
        if kind is code.LITERAL:
            letters += chr(value).lower()
            continue
        yield frozenset({letters})
        letters = ""
        yield inside(kind, value)
    yield frozenset({letters})


def inside(kind: Any, value: Any) -> frozenset[str]:
    if kind is code.SUBPATTERN:
        return best(parts(value[3]))
    if kind is code.ASSERT:
        return best(parts(value[1]))
    if kind in (code.MAX_REPEAT, code.MIN_REPEAT) and value[0]:
        return best(parts(value[2]))
    if kind is code.BRANCH:
        ways = [best(parts(way)) for way in value[1]]
        return frozenset().union(*ways) if all(ways) else frozenset()
    return frozenset()


def able(candidates: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    return [found for found in candidates if found and min(map(len, found)) >= SHORTEST]


def best(candidates: Iterable[frozenset[str]]) -> frozenset[str]:
    """Whose shortest cue is longest: it is the rarest."""
    return max(able(candidates), key=lambda found: (min(map(len, found)), -len(found)), default=frozenset())
