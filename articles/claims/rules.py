"""The rules as they stand in rules/*.toml, and what their patterns mean."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from articles.claims.cues import SHORTEST, cues

FOLDER = Path(__file__).parent
NAME = re.compile(r"<([a-z_]+)>")
BEGINNING = 4


@dataclass(frozen=True)
class Find:
    """One way to make a claim: what to look for in a sentence, and what makes it innocent."""

    pattern: re.Pattern[str]
    # Of each part it needs one.
    cues: tuple[frozenset[str], ...]
    # Guards that a pattern with a "no" of its own must do without.
    denied: bool = True
    asks: bool = False
    needs: re.Pattern[str] | None = None
    innocent: re.Pattern[str] | None = None
    needs_near: re.Pattern[str] | None = None
    designs: tuple[str, ...] = ()

    def may_be_in(self, there: frozenset[str]) -> bool:
        """there: the cues of a text, as cues_in finds them."""
        return all(not part.isdisjoint(there) for part in self.cues)


@dataclass(frozen=True)
class Rule:
    id: str
    why: str
    source: str
    fix: str
    stops: bool
    finds: tuple[Find, ...]
    innocent: re.Pattern[str] | None = None
    # All of these in the same passage, and nothing is said.
    unless_near: tuple[re.Pattern[str], ...] = ()
    refuted_by_no_evidence: bool = True
    # These, found in the same sentence, say enough.
    yields_to: tuple[str, ...] = ()
    positive: tuple[str, ...] = field(default=(), repr=False)
    negative: tuple[str, ...] = field(default=(), repr=False)


@cache
def words() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


def spelled_out(pattern: str) -> str:
    """With the words that <names> stand for."""
    while NAME.search(pattern):
        pattern = NAME.sub(lambda name: words()["words"][name.group(1)], pattern)
    return pattern


def compiled(pattern: str, *, cased: bool = False) -> re.Pattern[str]:
    return re.compile(spelled_out(pattern), re.NOFLAG if cased else re.IGNORECASE)


def guard(name: str) -> re.Pattern[str]:
    return compiled(words()["guards"][name])


def read_find(rule: dict[str, Any], entry: dict[str, Any]) -> Find:
    own = {"needs_near": rule["needs_near"], **entry} if "needs_near" in rule else entry
    asked = {name: compiled(own[name]) for name in ("needs", "innocent", "needs_near") if name in own}
    return Find(
        pattern=compiled(entry["pattern"], cased=entry.get("cased", False)),
        cues=tuple(frozenset(part) for part in cues(spelled_out(entry["pattern"]))),
        denied=entry.get("denied", rule.get("denied", True)),
        asks=rule.get("asks", False),
        designs=tuple(entry.get("designs", rule.get("designs", []))),
        **asked,
    )


def read_rule(path: Path) -> Rule:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return Rule(
        id=path.stem,
        **{name: data[name] for name in ("why", "source", "fix", "stops")},
        refuted_by_no_evidence=data.get("refuted_by_no_evidence", True),
        yields_to=tuple(data.get("yields_to", [])),
        finds=tuple(read_find(data, entry) for entry in data["finds"]),
        innocent=compiled(data["innocent"]) if "innocent" in data else None,
        unless_near=tuple(compiled(pattern) for pattern in data.get("unless_near", [])),
        positive=tuple(data.get("positive", [])),
        negative=tuple(data.get("negative", [])),
    )


@cache
def rules() -> dict[str, Rule]:
    """By id; those that yield come last."""
    read = [read_rule(path) for path in sorted((FOLDER / "rules").glob("*.toml"))]
    return {rule.id: rule for rule in sorted(read, key=lambda rule: bool(rule.yields_to))}


@cache
def known_cues() -> dict[str, list[str]]:
    """By how they begin: of two thousand, a text has the beginnings of a few."""
    found: dict[str, list[str]] = {}
    for cue in {cue for rule in rules().values() for find in rule.finds for part in find.cues for cue in part}:
        found.setdefault(cue[:BEGINNING], []).append(cue)
    return found


# A paragraph's are asked for each of its sentences.
@lru_cache(maxsize=2000)
def cues_in(text: str) -> frozenset[str]:
    lowered = text.lower()
    begun = {lowered[at : at + size] for size in range(SHORTEST, BEGINNING + 1) for at in range(len(lowered))}
    return frozenset(cue for begins in begun & known_cues().keys() for cue in known_cues()[begins] if cue in lowered)


# A paragraph is asked for each rule, and each of its sentences again.
@lru_cache(maxsize=4000)
def possible(text: str, within: str = "") -> dict[str, list[Find]]:
    """By rule, what may be found in it; most rules have nothing. within: what the text is a part of."""
    lowered = text.lower()
    there = frozenset(cue for cue in cues_in(within) if cue in lowered) if within else cues_in(text)
    among = possible(within) if within else {rule.id: rule.finds for rule in rules().values()}
    found = {rule: [find for find in finds if find.may_be_in(there)] for rule, finds in among.items()}
    return {rule: finds for rule, finds in found.items() if finds}
