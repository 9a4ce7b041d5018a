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
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO, StringIO
from itertools import chain, islice
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from desk.csv_cells import unshielded
from desk.import_list import headings as words
from desk.import_list.cells import OF_COUNTRIES, SHOWS_HOURS, as_text, moment_held
from foundation.addresses import PLAIN


class Most(NamedTuple):
    """How long a list may be. A lead is looked at one by one; a subscriber is an address."""

    megabytes: int
    rows: int

    @property
    def bytes(self) -> int:
        return self.megabytes * 1024 * 1024

    def in_words(self) -> str:
        return _("At most %(megabytes)d MB and %(rows)s rows. One of the first rows names the columns.") % self.told

    @property
    def told(self) -> dict[str, Any]:
        return {"megabytes": self.megabytes, "rows": f"{self.rows:,}"}


OF_LEADS, OF_SUBSCRIBERS = Most(5, 5_000), Most(15, 50_000)
# With a value in some row. HubSpot writes 124, and people have their own beside them.
MOST_COLUMNS = 200
# As a sheet counts them, with those that nobody filled in.
WIDEST = 500
# Of the first rows: people write what the list is above it, and data may look like headings.
ABOVE = 20
# Of a workbook unpacked. A real one of five megabytes has some thirty; a bomb has gigabytes.
MOST_UNPACKED = 40 * 1024 * 1024
# A sheet may number its last row as it likes, and the empty rows before it are then read too.
MOST_EMPTY_ROWS = 20_000
# Longer than any cell that means something; the longest field takes 5,000.
LONGEST_CELL = 10_000
DELIMITERS = ",;\t|"
# Enough to see what parts the cells. The csv module takes no cell that is longer.
BEGINNING = 100_000
# So that a spreadsheet leaves a cell as it is.
AS_IT_IS = re.compile(r'="(.*)"', re.DOTALL)
FORMULA = re.compile(rb'<(?:\w+:)?c\b[^<>]*\br="([A-Z]+[0-9]+)"[^<>]*>\s*<(?:\w+:)?f\b')
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# Mailchimp, for one, hands out its lists in an archive, which begins as a workbook does.
LISTS = (".csv", ".tsv", ".xlsx")
# Excel writes this line for itself.
NAMES_DELIMITER = re.compile(rf"\ufeff?sep=([{DELIMITERS}])\r?\n")


class Table(NamedTuple):
    headings: list[str]
    # Each with its number in the file, as a spreadsheet shows it.
    rows: list[tuple[int, list[str]]]
    # What whoever brought the file should know about how it was read.
    notice: str = ""
    # Of a workbook with several: which one this is, and the others.
    sheet: str = ""
    others: list[str] = []


def read(data: bytes, sheet: str = "", most: Most = OF_LEADS) -> Table:
    """sheet: of a workbook; without a name the first with headings. Raises ValidationError with a sentence for whatever
    is no list of people."""
    if data.startswith(OLD_WORKBOOK):
        raise ValidationError(_("This is an old or a protected workbook. Save it as .xlsx or as CSV."))
    if data.startswith(WORKBOOK):
        chosen = chosen_sheet(data, sheet)
        return tabled(rows_of_sheet(chosen, data), most)._replace(**sheets_of(chosen))
    text, notice = decoded(data)
    return with_notice(tabled(rows_of_text(text), most), notice)


def with_notice(table: Table, notice: str) -> Table:
    return table._replace(notice=" ".join(filter(None, [notice, table.notice])))


def tabled(rows: Iterable[list[str]], most: Most) -> Table:
    # As many letters as the largest CSV: in a workbook all cells may show one long text, which it holds only once.
    filled = not_empty(rows, most.bytes)
    first = list(islice(filled, ABOVE))
    if not first:
        raise ValidationError(_("The file is empty."))
    above, headings, begun = parted(first)
    body = list(islice(chain(begun, filled), most.rows + 1))
    if len(body) > most.rows:
        too_long = _("The file has more than %(rows)s rows. Split it and bring the parts one after the other.")
        raise ValidationError(too_long % most.told)
    if not body:
        raise ValidationError(_("The file has a heading and no row below it."))
    return with_values(headings, body)._replace(notice=told_above(above))


Numbered = list[tuple[int, list[str]]]


def parted(first: Numbered) -> tuple[Numbered, list[str], Numbered]:
    """What stands above the headings, these, and what stands below: the first row in which two or more are known."""
    for place, (_number, cells) in enumerate(first):
        if are_headings(cells):
            return first[:place], cells, first[place + 1 :]
    has_headings = not any(PLAIN.fullmatch(cell) for cell in first[0][1])
    return [], first[0][1] if has_headings else [], first[has_headings:]


def are_headings(cells: Iterable[str]) -> bool:
    """No row with an address in it: what stands in the columns of a person may read like the name of one."""
    cells = list(cells)
    return words.known(cells) > 1 and not any(PLAIN.fullmatch(cell.strip()) for cell in cells)


def told_above(above: Numbered) -> str:
    if not above:
        return ""
    begins = " · ".join(" ".join(cells)[:60] for _number, cells in above[:3])
    return _("Above the headings stood “%(text)s”, which was left out.") % {"text": begins}


def with_values(headings: list[str], body: Numbered) -> Table:
    """Without the columns that nobody filled in: programs write dozens of them."""
    width = max(map(len, [headings, *(cells for _number, cells in body)]))
    rows = [(number, padded(cells, width)) for number, cells in body]
    kept = [place for place in range(width) if any(cells[place] for _number, cells in rows)]
    if len(kept) > MOST_COLUMNS:
        raise ValidationError(_("More than 200 columns hold something. Leave out those that are not needed."))
    named = [
        " ".join(heading.split()) or _("Column %(number)d") % {"number": place}
        for place, heading in enumerate(padded(headings, width), 1)
    ]
    return Table(
        [named[place] for place in kept], [(number, [cells[place] for place in kept]) for number, cells in rows]
    )


def not_empty(rows: Iterable[list[str]], most_letters: int) -> Iterator[tuple[int, list[str]]]:
    empty = letters = 0
    for number, row in enumerate(rows, 1):
        if (letters := letters + sum(map(len, row))) > most_letters:
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
    return unshielded(as_it_is(text) if text[:2] == '="' else text)


def as_it_is(text: str) -> str:
    found = AS_IT_IS.fullmatch(text)
    return found[1].replace('""', '"').strip() if found else text


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
    """What parts the first rows into most headings that we know, and then into most cells; else a comma."""
    return max(DELIMITERS, key=lambda sign: parts(text[:BEGINNING], sign))


def parts(text: str, sign: str) -> tuple[int, int]:
    lines = csv.reader(StringIO(text, newline=""), delimiter=sign)
    try:
        first = list(islice(filter(any, lines), ABOVE))
    except csv.Error:
        return 0, 0
    return max((words.known(cells) for cells in first), default=0), len(first[0]) if first else 0


@contextmanager
def readable() -> Iterator[None]:
    try:
        yield
    except ValidationError:
        raise
    # The library raises whatever it stumbles over in a broken file: KeyError, ValueError, a dozen more.
    except Exception as error:
        raise ValidationError(_("This workbook cannot be read. Open it, save it as .xlsx and try again.")) from error


def chosen_sheet(data: bytes, name: str) -> Any:
    with readable():
        check_size(data)
        return chosen(opened(data), name)


def rows_of_sheet(sheet: Any, data: bytes) -> Iterator[list[str]]:
    with readable():
        # What it says of its own size need not be true.
        sheet.reset_dimensions()
        formulas = formulas_of(data, sheet._worksheet_path)
        for row in sheet.iter_rows(max_col=WIDEST):
            yield texts_of(row, formulas)


def texts_of(row: tuple[Any, ...], formulas: set[str]) -> list[str]:
    """The library fills up each row to the widest there may be: only what the sheet holds is looked at."""
    places = [place for place, cell in enumerate(row) if cell.value is not None]
    texts = [""] * (places[-1] + 1 if places else 0)
    for place in places:
        texts[place] = shown(row[place], formulas)
    return texts


def shown(cell: Any, formulas: set[str]) -> str:
    value = cell.value
    # A program that works nothing out writes 0 as the result of each formula.
    if value is None or (value == 0 and formulas and cell.coordinate in formulas):
        return ""
    if type(value) in (int, float) and cell.style_array.numFmtId in OF_COUNTRIES:
        return as_text(moment_held(value, cell.parent.parent.epoch), SHOWS_HOURS)
    return as_text(value, cell.number_format if isinstance(value, (int, float, datetime)) else "")


def opened(data: bytes) -> Any:
    # A sixth of a second at each start of each process, for the few lists that are workbooks.
    import openpyxl

    # It warns of what it leaves out, such as colours.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)


def chosen(book: Any, name: str) -> Any:
    """The sheet of that name; without one the first that has headings, else the first."""
    if name:
        found = next((sheet for sheet in book.worksheets if sheet.title.casefold() == name.casefold()), None)
        if found is None:
            raise ValidationError(_("The workbook has no sheet “%(name)s”.") % {"name": name})
        return found
    return next(filter(has_headings, book.worksheets), book.worksheets[0])


def has_headings(sheet: Any) -> bool:
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=ABOVE, max_col=WIDEST, values_only=True)
    return any(are_headings(str(value) for value in row if value) for row in rows)


def sheets_of(sheet: Any) -> dict[str, Any]:
    """Which one was read, and which others there are."""
    others = [other.title for other in sheet.parent.worksheets if other.title != sheet.title]
    return {"sheet": sheet.title, "others": others} if others else {}


def formulas_of(data: bytes, path: str) -> set[str]:
    """Their places, as in "B2": the library tells either what a formula is or what it results in."""
    with zipfile.ZipFile(BytesIO(data)) as parts:
        return {found[1].decode() for found in FORMULA.finditer(parts.read(path))}


def check_size(data: bytes) -> None:
    """By unpacking it, never more than is allowed: zipfile unpacks a part whole before it looks at its stated size."""
    left = MOST_UNPACKED
    with zipfile.ZipFile(BytesIO(data)) as parts:
        if any(name.lower().endswith(LISTS) for name in parts.namelist()):
            raise ValidationError(_("This is an archive of lists. Unpack it, and bring each of the files in it."))
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
