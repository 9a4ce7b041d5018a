"""Whether a sentence says that one thing causes another, may cause it, or goes with it.

The weights of the signs are fitted by bench/causal_weights.py; no sentence of the corpus is kept.
"""

import json
from collections.abc import Iterable
from enum import IntEnum
from functools import cache
from pathlib import Path

from articles.claims.signs import signs

WEIGHTS = Path(__file__).parent / "causal_weights.json"


class Claim(IntEnum):
    """As Yu, Li and Wang label them, EMNLP 2019, D19-1473."""

    NONE = 0
    DIRECT = 1
    CONDITIONAL = 2
    CORRELATIONAL = 3


@cache
def weights() -> dict[str, list[int]]:
    """In hundredths, one for each kind of claim; under the empty sign, where they start."""
    read: dict[str, list[int]] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return read


def kind_of_claim(sentence: str) -> Claim:
    there = [weights()[sign] for sign in ("", *signs(sentence)) if sign in weights()]
    sums = [sum(each) for each in zip(*there, strict=True)]
    return Claim(sums.index(max(sums)))


def confusion(rows: Iterable[tuple[str, int]]) -> list[list[int]]:
    """Counts by the label given, then by what we say."""
    table = [[0] * len(Claim) for _ in Claim]
    for sentence, label in rows:
        table[label][kind_of_claim(sentence)] += 1
    return table


def on_direct(table: list[list[int]]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the direct claims; zero where nothing was found."""
    right = table[Claim.DIRECT][Claim.DIRECT]
    said = sum(row[Claim.DIRECT] for row in table)
    there = sum(table[Claim.DIRECT])
    return right / (said or 1), right / (there or 1), 2 * right / ((said + there) or 1)
