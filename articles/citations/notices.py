"""What a journal took back of a paper, as its citation carries it into a reference manager and back.

A citation may have `notices`, a list of `Said`, and `retracted`, which is what they come to; no other format than
these sentences has a place for all four, so they stand in English, as the names of fields do.
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from articles.citations.identifiers import find


class Said(NamedTuple):
    """nature: by the names of the retraction list; on: an ISO day, or empty; doi: of the notice, or empty."""

    nature: str
    on: str = ""
    doi: str = ""


WORDS = {
    "retraction": "Retracted",
    "concern": "Expression of concern",
    "correction": "Corrected",
    "reinstatement": "Reinstated",
}
NATURES = {words: nature for nature, words in WORDS.items()}
# A DOI has no space in it, so that one ends what is said; nothing else would, since a DOI may end with a full stop.
SENTENCE = re.compile(
    rf"({'|'.join(WORDS.values())}) by the journal(?: on ([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}))?"
    r"(?:, see https://doi\.org/(10\.\S+))?"
)
# As journals change the title itself.
IN_TITLE = re.compile(r"\W*(?:retracted|withdrawn)(?: article| paper)?\s*[:\]]", re.IGNORECASE)

# PubMed's fields of a paper that name its notices. It has none for a reinstatement: its general note says it.
NBIB = {"retraction": "RIN", "concern": "ECI", "correction": "EIN", "reinstatement": "GN"}
# Whatever language the process speaks.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NBIB_RETRACTED = "Retracted Publication"
CSL_RETRACTED = "retracted"


def sentence(said: Said) -> str:
    on = f" on {said.on}" if said.on else ""
    return f"{WORDS[said.nature]} by the journal{on}" + (f", see https://doi.org/{said.doi}" if said.doi else "")


def sentences(citation: dict[str, Any]) -> list[str]:
    return [sentence(said) for said in citation.get("notices") or []]


def taken_out(values: dict[str, list[str]], tags: Iterable[str]) -> list[Said]:
    """What stands in the notes of a record, which are then without it: the DOI of a notice is not the paper's."""
    found: list[Said] = []
    for tag in tags:
        for place, value in enumerate(values.get(tag, [])):
            found += [Said(NATURES[one[1]], one[2] or "", one[3] or "") for one in SENTENCE.finditer(value)]
            values[tag][place] = SENTENCE.sub(" ", value).strip(" |")
    return found


def with_what_else_says_so(found: list[Said], *, retracted: bool, title: str | None) -> list[Said]:
    """A state, or a title that the journal changed, says it without a day or an address."""
    says_so = retracted or bool(IN_TITLE.match(title or ""))
    known = any(said.nature == "retraction" for said in found)
    return [*found, Said("retraction")] if says_so and not known else found


def nbib_lines(citation: dict[str, Any]) -> list[tuple[str, str]]:
    """As PubMed has them: the day, then the DOI of the notice."""
    lines = []
    for said in citation.get("notices") or []:
        if said.nature == "reinstatement":
            lines.append((NBIB["reinstatement"], sentence(said)))
            continue
        year, month, day = said.on.split("-") if said.on else ("", "1", "")
        on = f"{year} {MONTHS[int(month) - 1]} {day}." if said.on else ""
        lines.append((NBIB[said.nature], " ".join(filter(None, [on, f"doi: {said.doi}" if said.doi else ""]))))
    return lines


NBIB_DAY = re.compile(rf"\b([0-9]{{4}}) ({'|'.join(MONTHS)}) ([0-9]{{1,2}})\b")


def of_nbib(values: dict[str, list[str]]) -> list[Said]:
    found = [
        Said(nature, _nbib_day(value), find("doi", value)[0] or "")
        for nature in ("retraction", "concern", "correction")
        for value in values.get(NBIB[nature], [])
    ]
    return found + taken_out(values, [NBIB["reinstatement"]])


def _nbib_day(value: str) -> str:
    found = NBIB_DAY.search(value)
    return f"{found[1]}-{MONTHS.index(found[2]) + 1:02}-{int(found[3]):02}" if found else ""
