"""What every reader of a format ends with: raw values under the names of `fields`, brought into their shapes."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from articles.citations import identifiers
from articles.citations.fields import FIELDS
from articles.citations.notices import Said, with_what_else_says_so
from articles.raised import undressed

ET_AL = "et al."
# With what no database takes and nobody sees.
SPACES = re.compile(r"[\s\x00-\x1f\x7f\u00a0\u2000-\u200b\u202f\u2060\ufeff\ud800-\udfff]+")
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
# Crossref and Zotero write these as HTML or JATS.
DRESSED = ("title", "journal")
DASHES = re.compile(r"\s*(?:--+|[\u2010-\u2015\u2212])\s*")


class Unread(NamedTuple):
    """A line, counted from 1, and a code: what stands there that was not, or not quite, understood."""

    line: int
    why: str


@dataclass
class Reading:
    """`began` counts the records that the file begins, read or not: none may go missing unseen.

    `notices`, by the place of a citation: what its record says that the journal took back.
    """

    citations: list[dict[str, Any]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    began: int = 0
    notices: dict[int, list[Said]] = field(default_factory=dict)

    def add(self, citation: dict[str, Any], said: list[Said], *, retracted: bool = False) -> None:
        said = with_what_else_says_so(said, retracted=retracted, title=citation["title"])
        if said:
            self.notices[len(self.citations)] = said
        self.citations.append(citation)


def text_of(data: bytes | str) -> str:
    """In whatever of the usual encodings it came, without byte-order mark, with one kind of line end."""
    if isinstance(data, bytes):
        data = _decoded(data)
    return data.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def plain(value: Any) -> str | None:
    """A line of text, or None; numbers are text, too."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    return SPACES.sub(" ", unicodedata.normalize("NFC", str(value))).strip() or None


def tidied(raw: dict[str, Any]) -> dict[str, Any]:
    """Every name of the table, None for what is not there or does not have its shape."""
    authors = [name for name in map(plain, raw.get("authors") or []) if name]
    named = [name for name in authors if name.lower().rstrip(".") not in ("et al", "others")]
    lines = {field.name: plain(raw.get(field.name)) for field in FIELDS}
    lines |= {name: plain(undressed(text)) for name in DRESSED if (text := lines[name])}
    return {
        **lines,
        **{field.name: _shaped(field.shape, lines[field.name]) for field in FIELDS if field.shape},
        "authors": named or None,
        "authors_truncated": bool(raw.get("authors_truncated")) or len(named) < len(authors),
        "title": _without_stop(lines["title"]),
        "journal": (lines["journal"] or "").rstrip(".") or None,
        "year": year_of(lines["year"]),
        "pages": DASHES.sub("-", lines["pages"] or "") or None,
    }


def year_of(text: str | None) -> int | None:
    found = YEAR.search(text or "")
    return int(found[0]) if found else None


def _without_stop(title: str | None) -> str | None:
    if title and title.endswith(".") and not title.endswith(".."):
        return title[:-1].rstrip() or None
    return title


def _shaped(shape: str, value: str | None) -> str | None:
    value = value and unicodedata.normalize("NFC", value).strip()
    if not value:
        return None
    if identifiers.is_shaped(shape, value):
        return value
    return identifiers.find(shape, value)[0]


def first_of(values: dict[str, list[str]], tags: tuple[str, ...]) -> str | None:
    return next((value for tag in tags for value in values.get(tag, []) if value.strip()), None)


def shaped_first(values: dict[str, list[str]], tags: tuple[str, ...], shape: str) -> str | None:
    """The first value that holds what is looked for: a DOI may stand in the second of two fields of one name."""
    # The address of a publisher's page may hold more than the DOI.
    holding = (value for tag in tags for value in values.get(tag, []) if "://" not in value or "doi.org/" in value)
    return next((found for value in holding if (found := _shaped(shape, value))), None)


def collected(values: dict[str, list[str]], form: str) -> dict[str, Any]:
    """Raw values by our names, from values by those of a format; authors are the format's own business."""
    raw = {}
    for entry in FIELDS:
        tags = getattr(entry, form)
        raw[entry.name] = shaped_first(values, tags, entry.shape) if entry.shape else first_of(values, tags)
    return raw
