"""The four formats, by the ending of a file; and which of them, or a printed citation, a text is."""

from collections.abc import Callable
from typing import Any, NamedTuple

from articles.citations.bibtex import ENTRY, read_bibtex, write_bibtex, write_bibtex_list
from articles.citations.csl import read_csl, write_csl, write_csl_list
from articles.citations.nbib import read_nbib, write_nbib
from articles.citations.printed import read_printed
from articles.citations.records import Reading, Unread, text_of, tidied
from articles.citations.ris import LINE, read_ris, write_ris


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
    if text[:1] in "[{" and text[:1]:
        return "json"
    if text.startswith(("PMID-", "OWN ", "STAT")):
        return "nbib"
    if any((found := LINE.match(line)) and found[1] == "TY" for line in text.split("\n")):
        return "ris"
    return "bib" if ENTRY.search(text) else None


def _as_printed(text: str) -> Reading:
    citation = tidied(read_printed(text))
    known = citation["title"] and (citation["journal"] or citation["doi"] or citation["pmid"])
    if known or citation["doi"] or citation["pmid"]:
        return Reading([citation], began=1)
    return Reading(unread=[Unread(1, "no_citation")], began=1)
