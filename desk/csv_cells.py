"""CSV that a spreadsheet shows as it is: what begins like a formula would be worked out on a colleague's machine."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

# So that Excel reads the file as UTF-8 and not as what its country used before.
BYTE_ORDER_MARK = "\ufeff"
# Also as full-width letters, and behind what cannot be seen: some spreadsheets drop it before they look.
SIGNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
FORMULA = re.compile(rf"""[\s"'`\u200b-\u200f\u2060\ufeff]*{SIGNS}|[\t\r\n]""")
# Where semicolons or tabs part the cells, what stands behind one inside a cell begins a cell of its own.
INSIDE = re.compile(rf"""([;\t\r\n][\s"']*)({SIGNS})""")
SHIELD = "'"
SHIELDED_INSIDE = re.compile(rf"""([;\t\r\n][\s"']*){SHIELD}({SIGNS})""")


def safe_cell(cell: Any) -> Any:
    """Words that would begin a formula get an apostrophe before them; numbers and all other words stay as they are.

    "+49 30 1234" gets one, too: it is shown as dialled, and not as 491264.
    """
    if not isinstance(cell, str):
        return cell
    text = INSIDE.sub(rf"\1{SHIELD}\2", cell)
    return f"{SHIELD}{text}" if FORMULA.match(text) else text


def unshielded(text: str) -> str:
    """What safe_cell() was given, so that a list that left this site can come back as it was."""
    text = text[1:] if text[:1] == SHIELD and FORMULA.match(text[1:]) else text
    return SHIELDED_INSIDE.sub(r"\1\2", text) if SHIELD in text else text


class Line:
    """A file for csv.writer that keeps nothing but the line it was just given."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """One line of CSV for each row, every cell in quotation marks: line breaks and semicolons in it stay in it."""
    line = Line()
    writer = csv.writer(line, quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        yield line.text
