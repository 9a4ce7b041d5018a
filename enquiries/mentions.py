"""Who is meant by “@name” in what somebody typed."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model

from enquiries.folding import fold
from enquiries.models import possible_owners

# Never within an address.
SIGN = re.compile(r"(?<![\w.+@-])@(?=\w)")
WORD = re.compile(r"[\w.@'’-]*\w")
# Of a longer name, or of an address.
GOES_ON = re.compile(r"-?\w|[\w.+-]*@\w")
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
        handle = longest(fold(rest), called)
        meant = called.get(handle, [])
        if len(meant) == 1:
            found.named.extend(one for one in meant if one not in found.named)
        else:
            (found.unsure if meant else found.unknown).append(as_typed(rest, handle))
    return found


def as_typed(rest: str, handle: str) -> str:
    words = WORD.findall(rest)[: len(handle.split()) or 1]
    return f"@{' '.join(words)}"


def handles() -> dict[str, list[Any]]:
    """With those alone who may open each lead: nobody is told of one that is not theirs to see.

    The names of all others are there, too, as nobody's: who has a longer one is not taken for who has its beginning.
    """
    may_open = set(possible_owners().values_list("pk", flat=True))
    called: dict[str, list[Any]] = {}
    for account in get_user_model()._default_manager.order_by("pk"):
        for handle in {fold(name) for name in names_of(account) if name}:
            called.setdefault(handle, []).extend([account] if account.pk in may_open else [])
    return called


def names_of(account: Any) -> Iterator[str]:
    yield account.email
    words = account.name.split()
    yield " ".join(words)
    yield from words[:1]
    yield from words[-1:]


def longest(text: str, called: dict[str, list[Any]]) -> str:
    """The most of what stands there that somebody is called, up to the end of a word; empty if nobody is."""
    fits = (handle for handle in called if text.startswith(handle) and not GOES_ON.match(text[len(handle) :]))
    return max(fits, key=len, default="")
