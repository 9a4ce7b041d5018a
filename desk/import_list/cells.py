"""What a cell of a workbook says to whoever looks at it there."""

import re
from datetime import date, datetime, timedelta
from typing import Any

# What a format puts before a number, and the places that it fills with zeros. Not one with a fraction or thousands.
DIGITS = re.compile(r'(?P<before>(?:"[^"]*"|\\.|[+(])*)(?P<places>[0#?](?:[0#?\s()/-]|\\.|"[^"]*")*)')
# Colours, conditions and spaces as wide as a letter.
UNSEEN = re.compile(r"\[[^\]]*\]|_.|\*.")
# Words within a format, such as "d"th"": their letters stand for no hours.
WORDS = re.compile(r'"[^"]*"|\\.')
SIGNS = re.compile(r'["\\]')
# How a workbook writes what XML cannot hold, such as the end of a line typed on Windows (ST_Xstring, ECMA-376 part 1,
# 22.9.2.19). openpyxl 3.1.5 hands it on as it stands in the file.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


# Formats that stand in no workbook, since each Excel shows them as its country writes days (ECMA-376 part 1, 18.8.30).
# openpyxl 3.1.5 knows none of them, and hands on the number that is held.
OF_COUNTRIES = {*range(27, 37), *range(50, 59), *range(71, 82)}
# Whether hours are among what one of them shows depends on the country, so they are kept.
SHOWS_HOURS = "h"
# Of the year 9999, by the number that a workbook holds.
LAST_DAY = 2_958_465


def moment_held(value: int | float, epoch: datetime) -> Any:
    """The day, time or moment of a cell in such a format; a number that is none stays one. epoch: of its workbook."""
    # As in reading.opened.
    from openpyxl.utils.datetime import from_excel

    return from_excel(value, epoch) if 0 < value <= LAST_DAY else value


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
    if "h" not in UNSEEN.sub("", WORDS.sub("", number_format)).lower():
        return nearest_day(value).isoformat()
    return str(value) if value.time() != datetime.min.time() else value.date().isoformat()


def nearest_day(value: datetime) -> date:
    return (value + timedelta(hours=12)).date()


def number(value: int, number_format: str) -> str:
    shown = DIGITS.fullmatch(UNSEEN.sub("", number_format.split(";")[0]))
    if shown is None or value < 0:
        return str(value)
    return SIGNS.sub("", shown["before"]) + str(value).zfill(shown["places"].count("0"))
