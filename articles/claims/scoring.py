"""How often the rules find what was planted, and how often they cry wolf."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from articles.claims.lint import findings

# Scored on single snippets; the other rules need a whole article.
SCORED = (
    *("absolute-safety", "no-harm-without-numbers", "cure", "hype", "proof"),
    *("causal", "animal-to-human", "subgroup", "instead-of", "testimonial"),
)


@dataclass
class Score:
    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    false_alarms: Counter[str] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        return share(self.found.total(), self.missed.total())

    @property
    def precision(self) -> float:
        return share(self.found.total(), self.false_alarms.total())

    def add(self, expected: set[str], fired: set[str]) -> None:
        self.found.update(expected & fired)
        self.missed.update(expected - fired)
        self.false_alarms.update(fired - expected)


def share(good: int, bad: int) -> float:
    return good / (good + bad) if good + bad else 1.0


def fired(text: str, design: str) -> list[str]:
    there = {found.rule for found in findings(text, design)}
    return [rule for rule in SCORED if rule in there]


def expected_rules(cell: str) -> set[str]:
    """However they are separated; ids that are not scored count neither way."""
    return set(re.findall(r"[a-z]+(?:-[a-z]+)*", cell.lower())) & set(SCORED)


def score(rows: Iterable[tuple[set[str], list[str]]]) -> Score:
    total = Score()
    for expected, found in rows:
        total.add(expected, set(found))
    return total
