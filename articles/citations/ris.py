"""RIS, as reference managers exchange it. Our own reader: what is read wrongly elsewhere is read here, or said."""

import re
from typing import Any

from articles.citations.fields import BY_NAME, tags_of
from articles.citations.names import from_inverted, parted
from articles.citations.notices import sentences, taken_out
from articles.citations.records import ET_AL, Reading, Unread, collected, text_of, tidied

# One space before the dash, none behind it, spaces in front: all of these are about.
LINE = re.compile(r"^[ \t]*([A-Z][A-Z0-9])[ \t]{0,3}-(?:[ \t]+|$|(?=\S))(.*)$")
OTHERS = """
TY ER ID A3 A4 AB AD AV BT C1 C3 C4 C5 C6 C7 C8 CA CN CP CT CY DB DP ED EP ET KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N2 NV OP
PB PP RI RN RP SE SN ST SV T3 TA TT U1 U2 U3 U4 U5 VO Y2
"""
TAGS = tags_of("ris") | set(OTHERS.split())
ARTICLES = {"JOUR", "JFULL", "EJOUR", "MGZN", "ABST", "INPR"}
RANGE = re.compile(r"[^\s,-]+-[^\s,-]+")


def read_ris(data: bytes | str) -> Reading:
    reading = Reading()
    values: dict[str, list[str]] = {}
    last, begun = "", 0
    for number, line in enumerate(text_of(data).split("\n"), start=1):
        found = LINE.match(line)
        tag = found[1] if found and found[1] in TAGS else None
        if tag == "TY":
            _end(values, reading, Unread(begun, "no_end"))
            values, last, begun = {"TY": [_value(found)]}, "TY", number
            reading.began += 1
            if values["TY"][0].upper() not in ARTICLES:
                reading.unread.append(Unread(number, "other_type"))
        elif tag == "ER":
            _end(values, reading)
            values, last = {}, ""
        elif tag and values:
            values.setdefault(tag, []).append(_value(found))
            last = tag
        elif line.strip():
            _go_on(values, last, line, Unread(number, "no_record"), reading)
    _end(values, reading, Unread(begun, "no_end"))
    return reading


def _value(found: re.Match[str] | None) -> str:
    return found[2].strip() if found else ""


def _go_on(values: dict[str, list[str]], last: str, line: str, unread: Unread, reading: Reading) -> None:
    """A line without a tag belongs to the one before it; outside a record it is nobody's."""
    if last:
        values[last][-1] = f"{values[last][-1]} {line.strip()}".strip()
    elif not reading.unread or reading.unread[-1].why != "no_record":
        reading.unread.append(unread)


def _end(values: dict[str, list[str]], reading: Reading, without_end: Unread | None = None) -> None:
    if not values:
        return
    if without_end:
        reading.unread.append(without_end)
    said = taken_out(values, ["N1"])
    raw = collected(values, "ris")
    # Said by whom: other libraries number their records in the same field.
    if not _is_of_pubmed(values):
        raw["pmid"] = None
    authors = [from_inverted(name) for tag in ("AU", "A1") for name in values.get(tag, [])]
    reading.add(tidied({**raw, "authors": authors, "pages": _pages(values)}), said)


def _is_of_pubmed(values: dict[str, list[str]]) -> bool:
    libraries = [value.lower() for tag in ("DB", "DP") for value in values.get(tag, [])]
    return not libraries or any(name in library for library in libraries for name in ("pubmed", "medline", "nlm"))


def _pages(values: dict[str, list[str]]) -> str:
    first, last = (next(iter(values.get(tag, [])), "") for tag in ("SP", "EP"))
    return f"{first}-{last}" if first and last and first != last and "-" not in first else first or last


def write_ris(citation: dict[str, Any]) -> str:
    lines = [("TY", "JOUR"), *(("AU", _inverted(name)) for name in citation.get("authors") or [])]
    if citation.get("authors_truncated"):
        lines.append(("AU", ET_AL))
    lines += [(BY_NAME[name].ris[0], str(citation[name])) for name in _SINGLE if citation.get(name)]
    if citation.get("journal"):
        # One program reads the journal here, another there.
        lines.append(("T2", citation["journal"]))
    lines += _page_lines(citation.get("pages") or "")
    if citation.get("pmid"):
        lines.append(("DB", "PubMed"))
    # Every program keeps this one as a note; none of the others is shown by all.
    lines += [("N1", said) for said in sentences(citation)]
    lines.append(("ER", ""))
    return "".join(f"{tag}  - {value}\r\n" for tag, value in lines)


_SINGLE = ("title", "journal", "year", "volume", "issue", "doi", "pmid", "pmcid", "nct")


def _inverted(author: str) -> str:
    name = parted(author)
    dotted = " ".join(f"{letter}." for letter in name.initials)
    return ", ".join(part for part in (name.family, dotted, name.suffix) if part)


def _page_lines(pages: str) -> list[tuple[str, str]]:
    if RANGE.fullmatch(pages):
        first, last = pages.split("-")
        return [("SP", first), ("EP", last)]
    return [("SP", pages)] if pages else []
