"""A table of numbers: what the page shows and what the file holds are the same rows."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from desk.csv_cells import BYTE_ORDER_MARK, lines
from desk.words import NOTHING

# A number with one decimal place is a float; None is "there is none".
Cell = str | int | float | date | None
PER_CENT = 100
DAYS, HOURS = 86_400, 3600


@dataclass(frozen=True)
class Table:
    """name: in addresses and file names. Of each row the first cell says what the others are about."""

    name: str
    title: str
    columns: list[str]
    rows: list[list[Cell]]
    # Sentences for whoever wonders what is counted.
    notes: list[str] = field(default_factory=list)
    has_total: bool = True

    def in_words(self) -> list[list[str]]:
        return [[in_words(cell) for cell in row] for row in self.rows]

    def as_csv(self) -> str:
        rows = ([in_file(cell) for cell in row] for row in self.rows)
        return BYTE_ORDER_MARK + "".join(lines([self.columns, *rows]))


def in_words(cell: Cell) -> str:
    match cell:
        case None:
            return NOTHING
        case float():
            return number_format(cell, decimal_pos=1, force_grouping=True)
        case int():
            return number_format(cell, force_grouping=True)
        case date():
            return date_format(cell)
        case _:
            return cell


def in_file(cell: Cell) -> Any:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else cell


def share(part: int, whole: int) -> float | None:
    """In per cent."""
    return round(PER_CENT * part / whole, 1) if whole else None


def lasting(seconds: Any, unit: int) -> float | None:
    return None if seconds is None else round(float(seconds) / unit, 1)


def total_row(rows: list[list[Cell]]) -> list[Cell]:
    """Of columns that hold nothing but counts behind the first."""
    sums = [sum(cell for cell in column if isinstance(cell, int)) for column in list(zip(*rows, strict=True))[1:]]
    return [_("Total"), *sums]


def cut_weeks_note(is_cut: bool) -> list[str]:
    return [_("A week with fewer than seven days is cut by the dates chosen.")] if is_cut else []
