"""Spans of days in one cell, such as "3.-5. May 2026": which is meant, only whoever brings the list can say."""

import re

from enquiries.actions.imports.month_names import MEANS, in_english

MONTH = rf"(?:{'|'.join(sorted({*MEANS.values()}))})"
# Times of day with their zones, which have numbers of their own.
TIMES = re.compile(
    r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*\(?(?:gmt|utc)?\s*[+-]\d{1,2}(?::?\d\d)?\b\)?)?"
    r"|(?<![\d./-])\d{1,2}\.\d\d(?![.\d])|\d{1,2}\s?(?:h(?:\d\d)?|uhr|[ap]\.?m)\b",
    re.IGNORECASE,
)
WHOLE = re.compile(rf"\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,4}}|\d\.?\s*{MONTH}\b|\b{MONTH}\.?\s*\d")
YEARS = range(1990, 2101)


def are_several(text: str) -> bool:
    """Of what was read as no day: whether it has the numbers of more than one, and of nothing else."""
    plain = in_english(TIMES.sub(" ", text))
    numbers, months = re.findall(r"\d+", plain), re.findall(rf"\b{MONTH}\b", plain)
    is_of_days = all(len(number) <= 2 or int(number[:5]) in YEARS for number in numbers)
    has_year = any(len(number) == 4 for number in numbers)
    return is_of_days and has_year and len(numbers) + len(months) > 3


def has_another(behind: str) -> bool:
    """Of what stands behind a day and was taken for its time."""
    return bool(WHOLE.search(in_english(behind)))
