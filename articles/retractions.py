"""The public list of retractions (Retraction Watch, as CSV), row by row: it is too long to be held whole."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from articles.citations import identifiers
from articles.models import Nature, RetractionRecord

COLUMNS = (
    "Record ID", "Title", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionDOI", "RetractionDate",
    "RetractionNature", "Reason",
)  # fmt: skip
NATURES = {
    "retraction": Nature.RETRACTION,
    "expression of concern": Nature.CONCERN,
    "correction": Nature.CORRECTION,
    "reinstatement": Nature.REINSTATEMENT,
}
# Month before day: that is how the list writes them, with a time that is always midnight.
DATES = ("%m/%d/%Y", "%Y-%m-%d")
LONGEST = 100_000


class NotTheList(ValueError):
    """The file has not the columns of the list; says which are missing."""


def read_list(lines: Iterable[str]) -> Iterator[RetractionRecord | int]:
    """A record for each row, or the number of a line that is none. Raises NotTheList."""
    # Some reasons and lists of authors are longer than the reader's default of a cell.
    csv.field_size_limit(LONGEST)
    reader = csv.DictReader(line.replace("\0", "") for line in lines)
    names = {(name or "").lstrip("\ufeff").strip(): name for name in reader.fieldnames or []}
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise NotTheList(", ".join(missing))
    for row in _rows(reader):
        cells = {name: (row.get(names[name]) or "").strip() for name in COLUMNS}
        yield _record(cells) or reader.line_num


def _rows(reader: Any) -> Iterator[dict[str, Any]]:
    """One that cannot be read is empty: what stands behind it is read, or it would seem to have left the list."""
    while True:
        try:
            yield next(reader)
        except csv.Error:
            yield {}
        except StopIteration:
            return


def _record(cells: dict[str, str]) -> RetractionRecord | None:
    nature = NATURES.get(cells["RetractionNature"].lower())
    doi, pmid = doi_of(cells["OriginalPaperDOI"]), pmid_of(cells["OriginalPaperPubMedID"])
    if not nature or not cells["Record ID"].isdecimal() or len(cells["Record ID"]) > 20 or not (doi or pmid):
        return None
    return RetractionRecord(
        record_id=cells["Record ID"],
        nature=nature,
        title=cells["Title"],
        doi=doi,
        pmid=pmid,
        notice_doi=doi_of(cells["RetractionDOI"]),
        noticed_on=day_of(cells["RetractionDate"]),
        reason=cells["Reason"],
    )


def doi_of(text: str) -> str:
    """In lower case, as papers have it; the list writes "unavailable" where there is none."""
    found = identifiers.find("doi", text)[0] or ""
    return found.lower() if len(found) <= 200 else ""


def pmid_of(text: str) -> str:
    """The list writes 0 where there is none."""
    return text if re.fullmatch(r"[1-9][0-9]{0,7}", text) else ""


def day_of(text: str) -> date | None:
    for form in DATES:
        try:
            return datetime.strptime(text.split(" ")[0], form).date()
        except ValueError:
            continue
    return None
