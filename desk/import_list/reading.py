"""From the bytes of a file to a table of texts, or a sentence that says why not. Nothing here trusts the file.

The formats of django-import-export read a file whole, with no limit on what it claims to hold, so we read ourselves.
"""

import codecs
import csv
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO, StringIO
from itertools import chain, islice
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from desk.csv_cells import unshielded
from foundation.addresses import PLAIN

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 50
# Of a workbook unpacked. A real one of five megabytes has some thirty; a bomb has gigabytes.
MOST_UNPACKED = 40 * 1024 * 1024
# As many as the largest CSV has: in a workbook all cells may show one long text, which the file holds only once.
MOST_LETTERS = MOST_BYTES
# A sheet may number its last row as it likes, and the empty rows before it are then read too.
MOST_EMPTY_ROWS = 20_000
# Longer than any cell that means something; the longest field takes 5,000.
LONGEST_CELL = 10_000
DELIMITERS = ",;\t|"
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Excel writes this line for itself.
NAMES_DELIMITER = re.compile(rf"\ufeff?sep=([{DELIMITERS}])\r?\n")


class Table(NamedTuple):
    headings: list[str]
    # Each with its number in the file, as a spreadsheet shows it.
    rows: list[tuple[int, list[str]]]
    # What whoever brought the file should know about how it was read.
    notice: str = ""


def read(data: bytes) -> Table:
    """Raises ValidationError with a sentence for whatever is no list of people."""
    if data.startswith(OLD_WORKBOOK):
        raise ValidationError(_("This is an old or a protected workbook. Save it as .xlsx or as CSV."))
    if data.startswith(WORKBOOK):
        return tabled(rows_of_workbook(data))
    text, notice = decoded(data)
    return tabled(rows_of_text(text))._replace(notice=notice)


def tabled(rows: Iterable[list[str]]) -> Table:
    filled = not_empty(rows)
    first = next(filled, None)
    if first is None:
        raise ValidationError(_("The file is empty."))
    has_headings = not any(PLAIN.fullmatch(cell) for cell in first[1])
    body = list(islice(filled if has_headings else chain([first], filled), MOST_ROWS + 1))
    if len(body) > MOST_ROWS:
        raise ValidationError(_("The file has more than 5,000 rows. Split it and bring the parts one after the other."))
    if not body:
        raise ValidationError(_("The file has a heading and no row below it."))
    width = max(len(cells) for _number, cells in [first, *body])
    if width > MOST_COLUMNS:
        raise ValidationError(_("The file has more than 50 columns. Leave out those that are not needed."))
    headings = padded(first[1] if has_headings else [], width)
    named = [heading or _("Column %(number)d") % {"number": place} for place, heading in enumerate(headings, 1)]
    return Table(named, [(number, padded(cells, width)) for number, cells in body])


def not_empty(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    empty = letters = 0
    for number, row in enumerate(rows, 1):
        if (letters := letters + sum(map(len, row))) > MOST_LETTERS:
            raise ValidationError(_("The list holds too much text. Leave out the columns that are not needed."))
        cells = trimmed([clean(cell) for cell in row])
        if cells:
            yield number, cells
        elif (empty := empty + 1) > MOST_EMPTY_ROWS:
            raise ValidationError(_("The file has too many empty rows. Copy the list into a new one."))


def trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def clean(cell: str) -> str:
    """Without control characters, which no person types and Postgres partly refuses, and as it left this site."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        kept = (letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs", "Cn"))
        text = "".join(kept)
    text = text.strip(" \n\t\xa0\u200b\ufeff")
    if len(text) > LONGEST_CELL:
        raise ValidationError(_("A cell holds more than 10,000 characters. This may not be a list of people."))
    return unshielded(text)


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and what to say about it."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return decoded_as(data, encoding), ""
    if b"\0" in data:
        raise ValidationError(_("This is neither a text file nor a workbook. Save the list as CSV or as .xlsx."))
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        notice = _("The file is not UTF-8, so it was read as Western European. Look at the names with accents.")
        return decoded_as(data, "cp1252"), notice


def decoded_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValidationError(_("The letters of this file cannot be read. Save it as CSV in UTF-8.")) from error


def rows_of_text(text: str) -> Iterator[list[str]]:
    named = NAMES_DELIMITER.match(text)
    if named:
        text = text[named.end() :]
    lines = csv.reader(StringIO(text, newline=""), delimiter=named[1] if named else delimiter(text), strict=True)
    try:
        yield from lines
    except csv.Error as error:
        raise ValidationError(
            _("Line %(line)d of the file cannot be read: a quotation mark that opens or closes nothing?")
            % {"line": lines.line_num}
        ) from error


def delimiter(text: str) -> str:
    """What parts the first line into most cells; a comma when nothing does."""
    # Cut: csv raises an error at a cell longer than it allows.
    first = next((line for line in text.splitlines() if line.strip()), "")[:LONGEST_CELL]
    return max(DELIMITERS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))


def rows_of_workbook(data: bytes) -> Iterator[list[str]]:
    # A sixth of a second at each start of each process, for the few lists that are workbooks.
    import openpyxl

    try:
        check_size(data)
        # It warns of what it leaves out, such as colours.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            # What it says of its own size need not be true.
            sheet.reset_dimensions()
            for row in sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True):
                yield [as_text(value) for value in row] if any(value is not None for value in row) else []
    except ValidationError:
        raise
    # The library raises whatever it stumbles over in a broken file: KeyError, ValueError, a dozen more.
    except Exception as error:
        raise ValidationError(_("This workbook cannot be read. Open it, save it as .xlsx and try again.")) from error


def check_size(data: bytes) -> None:
    """By unpacking it, never more than is allowed: zipfile unpacks a part whole before it looks at its stated size."""
    left = MOST_UNPACKED
    with zipfile.ZipFile(BytesIO(data)) as parts:
        for part in parts.infolist():
            text = unpacked(parts, part, left + 1)
            left -= len(text)
            if left < 0:
                raise ValidationError(_("This workbook is too large when unpacked. Save only the list itself, as CSV."))
            # No spreadsheet program writes one; it can make a small file unfold in memory.
            if b"<!DOCTYPE" in text.replace(b"\0", b""):
                raise ValueError("a DTD")


def unpacked(parts: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> bytes:
    """That many bytes of it at most, whatever it says of its size. Raises ValueError for what no spreadsheet packs."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("a way of packing that unpacks without an end")
    # One more than is read, or the check of the whole part would come first.
    part.file_size = most + 1
    with parts.open(part) as opened:
        return opened.read(most)


def as_text(value: Any) -> str:
    """As the spreadsheet shows it: a number without .0, a day without midnight."""
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
