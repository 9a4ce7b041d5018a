"""What a cell of a workbook says to whoever looks at it there."""

import re
from datetime import date, datetime, timedelta
from typing import Any

# What a format puts before a number, and the places that it fills with zeros. Not one with a fraction or thousands.
DIGITS = re.compile(r'(?P<before>(?:"[^"]*"|\\.|[+(])*)(?P<places>[0#?](?:[0#?\s()/-]|\\.|"[^"]*")*)')
# Colours, conditions and spaces as wide as a letter.
UNSEEN = re.compile(r"\[[^\]]*\]|_.|\*.")
SIGNS = re.compile(r'["\\]')
# How a workbook writes what XML cannot hold, such as the end of a line typed on Windows (ST_Xstring, ECMA-376 part 1,
# 22.9.2.19). openpyxl 3.1.5 hands it on as it stands in the file.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def as_text(value: Any, number_format: str = "General") -> str:
    """As the spreadsheet shows it: a number with its leading zeros and without .0, a day without midnight."""
    if value is None:
        return ""
    if isinstance(value, str):
        return ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, datetime):
        return moment(value, number_format)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value, number_format)
    return str(value)


def moment(value: datetime, number_format: str) -> str:
    """Where only the day is shown, the nearest one: programs write a midnight of their own zone as the evening before,
    or lose some seconds of it."""
    if "h" not in UNSEEN.sub("", number_format).lower():
        return nearest_day(value).isoformat()
    return str(value) if value.time() != datetime.min.time() else value.date().isoformat()


def nearest_day(value: datetime) -> date:
    return (value + timedelta(hours=12)).date()


def number(value: int, number_format: str) -> str:
    shown = DIGITS.fullmatch(UNSEEN.sub("", number_format.split(";")[0]))
    if shown is None or value < 0:
        return str(value)
    return SIGNS.sub("", shown["before"]) + str(value).zfill(shown["places"].count("0"))
