"""From lines to units: a paragraph, a heading or a bullet each, however the copy broke its lines."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

# "·" is what Latin-1 has for a bullet, "?" what a copy writes that has none; a middle dot within a number is none.
BULLET = re.compile(r"\s*[•·●▪■◦‣∙⁃]\s*|\s*[-*–—+]\s+|\s+[?o]\s+")
# In the midst of a wrapped sentence it begins a line, too.
DASH = re.compile(r"\s*[-–—+]\s")
SOURCE = re.compile(
    r"\W*(?:original |study )?(?:sources?|references?|citation)(?: article| study)?\s*(?:[:：]|[–-]\s|$)", re.IGNORECASE
)
# "Source: bone marrow of each person" is none that ends an article.
IS_DATED = re.compile(r"\b(?:18|19|20)[0-9]{2}\b|\b10\.\d{4,9}/\S|\bpmc?id\b|\bpubmed\b", re.IGNORECASE)
IS_CITED = re.compile(r"\b10\.\d{4,9}/\S")
OF_CITATION = re.compile(r"https?://|doi\b|pmc?id\b|pubmed\b", re.IGNORECASE)
# Programs wrap between these; a longer line was not wrapped, and short ones stand below each other on purpose.
NARROWEST, WIDEST = 50, 120
# "stem-" at the end of a wrapped line goes on without a space; "pre- and" does not.
HYPHENATED = re.compile(r"\w-$")


class Unit(NamedTuple):
    # In the file, from 1.
    line: int
    # Blocks are parted by blank lines; a unit belongs to one.
    block: int
    text: str
    is_bullet: bool = False

    @property
    def key(self) -> str:
        """Equal for two printings of a line that differ in case, quotes and spaces."""
        return key(self.text)

    @property
    def begins_source(self) -> bool:
        return bool(SOURCE.match(self.text))

    @property
    def is_source(self) -> bool:
        return self.begins_source and bool(IS_DATED.search(self.text))


Row = tuple[int, str]


# A copy is gone over once for each question that is asked of its lines.
@lru_cache(maxsize=5000)
def key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def units(lines: Iterable[str]) -> list[Unit]:
    return [unit for number, rows in enumerate(blocks(lines)) for unit in joined(rows, number)]


def blocks(lines: Iterable[str]) -> Iterator[list[Row]]:
    rows: list[Row] = []
    for number, text in enumerate(lines, 1):
        if text.strip():
            rows.append((number, text))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def joined(rows: list[Row], block: int) -> list[Unit]:
    width = max(len(text) for _number, text in rows)
    found: list[Unit] = []
    before = ""
    for number, text in rows:
        mark = BULLET.match(text)
        if found and goes_on(found[-1], before, text, width):
            found[-1] = found[-1]._replace(text=glued(found[-1].text, text.strip()))
        else:
            found.append(Unit(number, block, text[mark.end() if mark else 0 :].strip(), mark is not None))
        before = text
    # A row of dashes or stars only parts.
    return [unit for unit in found if unit.key]


def goes_on(unit: Unit, before: str, text: str, width: int) -> bool:
    """Whether a line is the rest of the one above, where its first word had no room, or of its citation."""
    no_room = len(before) + 1 + len(text.split()[0]) > width
    is_wrapped = NARROWEST <= width <= WIDEST and no_room and key(text) != key(before)
    if BULLET.match(text) and not (is_wrapped and DASH.match(text) and not unit.is_bullet):
        return False
    if unit.begins_source:
        return is_wrapped or not IS_CITED.search(unit.text) or bool(OF_CITATION.match(text))
    return is_wrapped and not SOURCE.match(text)


def glued(before: str, text: str) -> str:
    hyphenated = HYPHENATED.search(before[-2:]) and text[:1].isalnum() and text.split()[0] not in ("and", "or", "to")
    return f"{before}{'' if hyphenated else ' '}{text}"
