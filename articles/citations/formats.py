"""The four formats, by the ending of a file; and which of them, or a printed citation, a text is."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from articles.citations.bibtex import ENTRY, read_bibtex, write_bibtex, write_bibtex_list
from articles.citations.csl import read_csl, write_csl, write_csl_list
from articles.citations.nbib import read_nbib, write_nbib
from articles.citations.printed import read_printed
from articles.citations.records import Reading, Unread, text_of, tidied
from articles.citations.ris import LINE, read_ris, write_ris

# "1." or "[1]" before each of a list, and what stands behind a citation rather than beginning one.
NUMBERED = re.compile(r"\s*\[?([0-9]{1,3})[\].)]\s")
OF_CITATION = re.compile(r"\s*(?:https?://|doi\b|pmc?id\b)", re.IGNORECASE)


class Format(NamedTuple):
    name: str
    content_type: str
    read: Callable[[bytes | str], Reading]
    write: Callable[[dict[str, Any]], str]
    join: Callable[[list[dict[str, Any]]], str] | None = None

    def write_all(self, citations: list[dict[str, Any]]) -> str:
        if self.join:
            return self.join(citations)
        return "\n".join(map(self.write, citations))


FORMATS = {
    "nbib": Format("PubMed (.nbib)", "application/nbib", read_nbib, write_nbib),
    "ris": Format("RIS", "application/x-research-info-systems", read_ris, write_ris),
    "bib": Format("BibTeX", "application/x-bibtex", read_bibtex, write_bibtex, write_bibtex_list),
    "json": Format("CSL-JSON", "application/vnd.citationstyles.csl+json", read_csl, write_csl, write_csl_list),
}


def read_any(data: bytes | str) -> Reading:
    """Whatever was pasted or uploaded, told by how it begins: names of files are not to be trusted."""
    text = text_of(data)
    ending = ending_of(text)
    return FORMATS[ending].read(text) if ending else _as_printed(text)


def ending_of(text: str) -> str | None:
    text = text.lstrip()
    if text[:1] in "[{" and text[:1] and not NUMBERED.match(text):
        return "json"
    if text.startswith(("PMID-", "OWN ", "STAT")):
        return "nbib"
    if any((found := LINE.match(line)) and found[1] == "TY" for line in text.split("\n")):
        return "ris"
    return "bib" if ENTRY.search(text) else None


def _as_printed(text: str) -> Reading:
    pieces = list(_pieces(text.split("\n"))) or [(1, text)]
    found = [(line, _printed(piece)) for line, piece in pieces]
    why = "no_citation" if len(pieces) == 1 else "not_printed"
    unread = [Unread(line, why) for line, citation in found if not citation]
    reading = Reading(unread=unread, began=len(pieces))
    for _line, citation in found:
        if citation:
            reading.add(citation, [])
    return reading


def _printed(text: str) -> dict[str, Any] | None:
    citation = tidied(read_printed(text))
    known = citation["title"] and (citation["journal"] or citation["doi"] or citation["pmid"])
    return citation if known or citation["doi"] or citation["pmid"] else None


def _pieces(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Each printed citation with the line it begins at; one may be wrapped, or have its DOI in a block behind it."""
    begun: list[int] = []
    count = 0
    for at, line in enumerate(lines):
        numbered = NUMBERED.match(line)
        is_next = numbered is not None and int(numbered[1]) == count + 1 and (count or not begun)
        is_parted = at > 0 and not lines[at - 1].strip() and not OF_CITATION.match(line)
        if line.strip() and (not begun or is_next or is_parted):
            begun.append(at)
            count = int(numbered[1]) if numbered else 0
    for start, end in pairwise([*begun, len(lines)]):
        yield start + 1, "\n".join(lines[start:end])
