"""Numbers of people as rows of dots, since "33 of 100" that can be counted is understood by more than "33 %"."""

from collections.abc import Iterator
from typing import Any, NamedTuple

CELL = 10
FEW = 100
FEW_COLUMNS, MANY_COLUMNS = 10, 25


class Dots(NamedTuple):
    """Paths whose dashes, of no length and with round ends, are the dots. Full or rings: color alone says nothing."""

    width: int
    height: int
    filled: str
    rings: str


def told(array: dict[str, Any]) -> str:
    """As an editor types it."""
    return f"{array['count']} of {array['of']} {array['words']}"


def dots(array: dict[str, Any]) -> Dots:
    columns = FEW_COLUMNS if array["of"] <= FEW else MANY_COLUMNS
    count, of = array["count"], array["of"]
    rows = -(-of // columns)
    filled, rings = lines(0, count, columns), lines(count, of, columns)
    return Dots(columns * CELL, rows * CELL, " ".join(filled), " ".join(rings))


def lines(first: int, end: int, columns: int) -> Iterator[str]:
    """A line for the part of each row from the dot of this number up to the one before `end`."""
    while first < end:
        row, column = divmod(first, columns)
        many = min(end - first, columns - column)
        # A little longer than to the middle of its last dot, which is else left out by rounding.
        yield f"M{column * CELL + CELL // 2} {row * CELL + CELL // 2}h{(many - 1) * CELL + 0.1:.1f}"
        first += many
