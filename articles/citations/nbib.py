"""PubMed's own format (.nbib), as its button "Cite, Download" gives it."""

import re
from typing import Any

from articles.citations.fields import BY_NAME
from articles.citations.names import from_inverted, parted
from articles.citations.notices import NBIB_RETRACTED, nbib_lines, of_nbib
from articles.citations.records import ET_AL, Reading, Unread, collected, text_of, tidied

LINE = re.compile(r"^([A-Z]{2,4}) {0,2}- ?(.*)$")
# In the order of PubMed.
WRITTEN = ("pmid", "volume", "issue", "year", "title", "pages", "journal", "pmcid")
WIDTH = 4


def read_nbib(data: bytes | str) -> Reading:
    reading = Reading()
    pairs: list[list[str]] = []
    for number, line in enumerate(text_of(data).split("\n"), start=1):
        found = LINE.match(line)
        if found and (found[1] == "PMID" or not pairs):
            _end(pairs, reading)
            pairs = [[found[1], found[2].strip()]]
            reading.began += 1
        elif found:
            pairs.append([found[1], found[2].strip()])
        elif line.strip() and pairs:
            pairs[-1][1] = f"{pairs[-1][1]} {line.strip()}"
        elif line.strip():
            reading.unread.append(Unread(number, "no_record"))
        else:
            _end(pairs, reading)
            pairs = []
    _end(pairs, reading)
    return reading


def _end(pairs: list[list[str]], reading: Reading) -> None:
    if not pairs:
        return
    values: dict[str, list[str]] = {}
    for tag, value in pairs:
        values.setdefault(tag, []).append(value)
    citation = tidied({**collected(values, "nbib"), "doi": _doi(values), "authors": _authors(pairs)})
    reading.add(citation, of_nbib(values), retracted=NBIB_RETRACTED in values.get("PT", []))


def _doi(values: dict[str, list[str]]) -> str | None:
    """Of two LID fields one may be the publisher's number: the mark at its end says which is the DOI."""
    marked = [value for tag in BY_NAME["doi"].nbib for value in values.get(tag, []) if value.endswith("[doi]")]
    return marked[0].removesuffix("[doi]").strip() if marked else None


def _authors(pairs: list[list[str]]) -> list[str]:
    """In their order; a full name is followed by its short form, which then counts."""
    authors: list[str] = []
    before = ""
    for tag, value in pairs:
        if tag == "AU" and before == "FAU":
            authors[-1] = value
        elif tag in ("AU", "CN"):
            authors.append(value)
        elif tag == "FAU":
            authors.append(from_inverted(value))
        # Affiliations and identifiers of an author stand between the two forms.
        before = tag if tag in ("FAU", "AU", "CN") else before
    return authors


def write_nbib(citation: dict[str, Any]) -> str:
    lines = [(BY_NAME[name].nbib[0], str(citation[name])) for name in WRITTEN if citation.get(name)]
    lines += [("CN" if not parted(name).initials else "AU", name) for name in citation.get("authors") or []]
    if citation.get("authors_truncated"):
        lines.append(("AU", ET_AL))
    if citation.get("doi"):
        lines.append(("LID", f"{citation['doi']} [doi]"))
    if citation.get("nct"):
        lines.append(("SI", f"ClinicalTrials.gov/{citation['nct']}"))
    lines.append(("PT", "Journal Article"))
    if citation.get("retracted"):
        lines.append(("PT", NBIB_RETRACTED))
    lines += nbib_lines(citation)
    return "".join(f"{tag:<{WIDTH}}- {value}\r\n" for tag, value in _pmid_first(lines))


def _pmid_first(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A record begins with its PMID, or says that it has none."""
    return lines if lines[0][0] == "PMID" else [("PMID", ""), *lines]
