"""Who is meant by “@name” in what somebody typed."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from enquiries.folding import fold
from enquiries.models import possible_owners

# Never within an address.
SIGN = re.compile(r"(?<![\w.+@-])@(?=\w)")
WORD = re.compile(r"[\w.'’-]*\w")
# Nobody calls so many at once, and each is looked for.
MOST = 20


class Read(NamedTuple):
    """named: who is told. unsure: as typed, what several are called. unknown: what nobody is called."""

    named: list[Any]
    unsure: list[str]
    unknown: list[str]


def read(text: str) -> Read:
    """By a whole name, an e-mail address, or a first or last name that only one of those who follow up leads has."""
    found = Read([], [], [])
    signs = list(SIGN.finditer(text))[:MOST]
    called = handles() if signs else {}
    for sign in signs:
        rest = text[sign.end() :]
        meant = longest(fold(rest), called)
        word = WORD.match(rest)
        if len(meant) == 1:
            found.named.extend(one for one in meant if one not in found.named)
        else:
            (found.unsure if meant else found.unknown).append(f"@{word[0] if word else ''}")
    return found


def handles() -> dict[str, list[Any]]:
    """Only who may open each lead: nobody is told of one that is not theirs to see."""
    called: dict[str, list[Any]] = {}
    for account in possible_owners().order_by("pk"):
        for handle in {fold(name) for name in names_of(account) if name}:
            called.setdefault(handle, []).append(account)
    return called


def names_of(account: Any) -> Iterator[str]:
    yield account.email
    words = account.name.split()
    yield " ".join(words)
    yield from words[:1]
    yield from words[-1:]


def longest(text: str, called: dict[str, list[Any]]) -> list[Any]:
    """Whoever is called by the most of what stands there, up to the end of a word."""
    fits = [handle for handle in called if text.startswith(handle) and not continues(text[len(handle) :])]
    return called[max(fits, key=len)] if fits else []


def continues(rest: str) -> bool:
    return bool(re.match(r"\w", rest))
