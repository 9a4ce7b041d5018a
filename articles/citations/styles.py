"""A citation as AMA (11th edition) and Vancouver (NLM, as ICMJE shows it) print it."""

import re
from typing import Any, NamedTuple

from articles.citations.names import parted

# From seven authors on, how many are named.
AMA_MOST, AMA_NAMED = 6, 3
VANCOUVER_MOST = VANCOUVER_NAMED = 6
RANGE = re.compile(r"([A-Za-z]*)([0-9]+)-([A-Za-z]*)([0-9]+)")


class Styled(NamedTuple):
    """The journal apart, since one style prints it in italics."""

    before: str
    journal: str
    after: str

    def __str__(self) -> str:
        return "".join(self)


def ama(citation: dict[str, Any]) -> Styled:
    """`Harris VK, Stark JW, Yang S, et al. Title. J. 2020;8(1):e928. doi:10…`: nothing behind the DOI."""
    place = _place(citation, citation.get("pages"))
    doi = f" doi:{citation['doi']}" if citation.get("doi") else ""
    return Styled(_before(citation, AMA_MOST, AMA_NAMED), citation.get("journal") or "", f". {place}.{doi}")


def vancouver(citation: dict[str, Any]) -> Styled:
    """`… Title. J. 2020;77(14):2771-94. doi: 10…. PMID: 1; PMCID: PMC2.`"""
    place = _place(citation, shortened(citation.get("pages") or ""))
    doi = f" doi: {citation['doi']}." if citation.get("doi") else ""
    numbers = [f"{kind.upper()}: {citation[kind]}" for kind in ("pmid", "pmcid") if citation.get(kind)]
    behind = f" {'; '.join(numbers)}." if numbers else ""
    before = _before(citation, VANCOUVER_MOST, VANCOUVER_NAMED)
    return Styled(before, citation.get("journal") or "", f". {place}.{doi}{behind}")


def _before(citation: dict[str, Any], most: int, named: int) -> str:
    authors = listed(citation.get("authors") or [], bool(citation.get("authors_truncated")), most, named)
    title = _ended(citation.get("title") or "")
    return "".join(f"{part} " for part in (_ended(authors), title) if part)


def listed(authors: list[str], truncated: bool, most: int, named: int) -> str:
    if len(authors) > most:
        authors, truncated = authors[:named], True
    text = ""
    for number, author in enumerate(authors):
        # A group is set off from people by a semicolon.
        apart = number and not (parted(author).initials and parted(authors[number - 1]).initials)
        text += ("; " if apart else ", " if number else "") + author
    return f"{text}, et al." if text and truncated else text


def _ended(text: str) -> str:
    return f"{text}." if text and text[-1] not in ".?!" else text


def _place(citation: dict[str, Any], pages: str | None) -> str:
    volume, issue = citation.get("volume") or "", citation.get("issue")
    inner = f"{volume}({issue})" if issue else volume
    year = str(citation.get("year") or "")
    return year + (f";{inner}" if inner or pages else "") + (f":{pages}" if pages else "")


def shortened(pages: str) -> str:
    """2771-2794 is 2771-94, S3-S9 is S3-9; whatever is no such range stays."""
    found = RANGE.fullmatch(pages)
    if not found:
        return pages
    letter, first, letter_again, last = found.groups()
    if letter_again not in ("", letter) or len(first) != len(last) or first >= last:
        return pages
    same = next(place for place in range(len(first)) if first[place] != last[place])
    return f"{letter}{first}-{last[same:]}"
