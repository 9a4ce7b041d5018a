"""The shapes of a DOI, PMID, PMCID and trial registration, and how they are found in text."""

import re
import unicodedata
from urllib.parse import unquote

# With letters under accents: cut off before one, it would be the DOI of another paper. Without İ, of which Python and
# Postgres make different small letters.
LETTERS = "!-~À-ÖØ-öø-įı-ɏḀ-ỿ"
DOI = rf"10\.[0-9]{{4,9}}/[{LETTERS}]+"
# In a text an accent may be a sign of its own behind its letter, and İ one letter: no DOI that we keep holds it, but
# what stands before it is the DOI of another paper.
DOI_IN_TEXT = rf"10\.[0-9]{{4,9}}/[{LETTERS}İ\u0300-\u036f]+"
PMID = r"[0-9]{1,8}"
PMCID = r"PMC[0-9]{1,17}"
NCT = r"NCT[0-9]{8}"

_SHAPES = {"doi": DOI, "pmid": PMID, "pmcid": PMCID, "nct": NCT}
_IN_TEXT = {
    # A DOI may hold brackets, semicolons and angle brackets (those of The Lancet and old ones of Wiley do).
    "doi": re.compile(rf"(?:https?://(?:dx\.)?doi\.org/\s?|doi:?\s*|\b)({DOI_IN_TEXT})", re.IGNORECASE),
    "pmid": re.compile(r"\bPMID:?\s*([0-9]{1,8})\b|pubmed\.ncbi\.nlm\.nih\.gov/([0-9]{1,8})\b", re.IGNORECASE),
    "pmcid": re.compile(r"(?:\bPMCID:?\s*|/articles/|\b)(PMC\s?[0-9]+)\b", re.IGNORECASE),
    "nct": re.compile(r"\b(NCT[0-9]{8})\b", re.IGNORECASE),
}
_GLUED = re.compile(r"[.;,]?(?:PMID|PMCID|PMC[0-9])", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", ">": "<"}


def is_shaped(name: str, value: str) -> bool:
    return re.fullmatch(_SHAPES[name], value) is not None


def find(name: str, text: str) -> tuple[str | None, int]:
    """The first one in a text, as it should be written, and where it begins; the end of the text if there is none."""
    found = _IN_TEXT[name].search(text)
    if not found:
        return None, len(text)
    value = next(group for group in found.groups() if group)
    return _tidy(name, value), found.start()


def find_all(name: str, text: str) -> list[str]:
    """Each once, also those of links in Markdown, where a DOI may be written in the code of addresses."""
    parted = unquote(text.replace("](", " "))
    values = (next(group for group in found.groups() if group) for found in _IN_TEXT[name].finditer(parted))
    return list(dict.fromkeys(_tidy(name, value).rstrip("*_") for value in values))


def _tidy(name: str, value: str) -> str:
    return trimmed_doi(value) if name == "doi" else value.replace(" ", "").upper()


def trimmed_doi(value: str) -> str:
    """Without what a sentence put behind it: a full stop, a bracket that opened before it, the next label."""
    value = unicodedata.normalize("NFC", _GLUED.split(value)[0])
    while value[-1] in ".,;:\"'" or _closes_nothing(value):
        value = value[:-1]
    return value


def _closes_nothing(value: str) -> bool:
    opening = _PAIRS.get(value[-1])
    return opening is not None and value.count(value[-1]) > value.count(opening)
