"""From the units of an article to its sections: a heading, what kind that is, and blocks below it."""

import re
from itertools import groupby, zip_longest
from typing import NamedTuple

from articles.importing.kinds import UNSORTED, kinds_of
from articles.importing.looks import LONGEST_HEADING, is_line
from articles.importing.units import Unit
from articles.importing.unsure import Warned, lost_in, warned

# Of a heading that is written as a sentence is.
MOST_WORDS = 10
PARAGRAPH, LIST = "paragraph", "list"
# A double one is stray when none opens; a single one unless it is an apostrophe: the patients' view.
STRAY_DOUBLE = re.compile(r'^([^"“«]*)["”»]$')
STRAY_SINGLE = re.compile(r"^([^'‘]*[^s'‘])['’]$")


class Block(NamedTuple):
    kind: str
    # Of a list: the paragraph that owns it, ending in a colon; or nothing.
    text: str
    items: tuple[str, ...] = ()


class Section(NamedTuple):
    # Empty for what stands above the first heading.
    heading: str
    kind: str
    blocks: list[Block]
    line: int


def sections_of(units: list[Unit]) -> tuple[list[Section], list[Warned]]:
    units = without_doubles(units)
    found = [section_of(units[start:end], has_heading) for start, end, has_heading in bounds(units)]
    return [section for section, _told in found], [warning for _section, told in found for warning in told]


def without_doubles(units: list[Unit]) -> list[Unit]:
    """A heading may be printed twice, as titles are."""
    pairs = zip([None, *units], units, strict=False)
    return [unit for before, unit in pairs if not (before and is_line(unit) and before.key == unit.key)]


def bounds(units: list[Unit]) -> list[tuple[int, int, bool]]:
    headings = [at for at in range(len(units)) if is_heading(units, at)]
    starts = headings if headings[:1] == [0] else [0, *headings]
    ends = [*starts[1:], len(units)]
    return [(start, end, start in headings) for start, end in zip(starts, ends, strict=True) if start < end]


def is_heading(units: list[Unit], at: int) -> bool:
    text = without_stray_quote(units[at].text)
    if units[at].is_bullet or len(text) > LONGEST_HEADING or text[0].islower() or is_sentence(text):
        return False
    return is_line(units[at]._replace(text=text)) or is_heading_with_colon(units, at)


def is_sentence(text: str) -> bool:
    """One that lost its full stop: many words, and few of them in capitals."""
    words = text.split()
    return len(words) > MOST_WORDS and sum(word[0].isupper() for word in words) < len(words) / 2


def is_heading_with_colon(units: list[Unit], at: int) -> bool:
    """One that we know, above a paragraph; above bullets it is the paragraph that owns them."""
    below = units[at + 1] if at + 1 < len(units) else None
    is_known = units[at].text.endswith(":") and len(units[at].text.split()) < 5 and kinds_of(units[at].text)
    return bool(is_known and below and not below.is_bullet and not is_line(below))


def without_stray_quote(text: str) -> str:
    found = STRAY_DOUBLE.match(text) or STRAY_SINGLE.match(text)
    return found[1].rstrip() if found else text


def section_of(units: list[Unit], has_heading: bool) -> tuple[Section, list[Warned]]:
    line = units[0].line
    heading = without_stray_quote(units[0].text).removesuffix(":") if has_heading else ""
    kinds = kinds_of(heading)
    body = units[1:] if has_heading else units
    section = Section(heading, kinds[0] if kinds else UNSORTED, blocks_of(body), line)
    told = [warned("two_kinds", line, heading)] if len(kinds) > 1 else []
    told += [warned("heading_alone", line, heading)] if not body else []
    return section, told + unsure_of(body)


def blocks_of(units: list[Unit]) -> list[Block]:
    blocks: list[Block] = []
    for is_bullet, run in groupby(units, key=lambda unit: unit.is_bullet):
        texts = tuple(unit.text for unit in run)
        if not is_bullet:
            blocks += [Block(PARAGRAPH, text) for text in texts]
        elif blocks and blocks[-1].text.endswith(":"):
            blocks[-1] = Block(LIST, blocks[-1].text, texts)
        else:
            blocks.append(Block(LIST, "", texts))
    return blocks


def unsure_of(units: list[Unit]) -> list[Warned]:
    told = [warned("no_list", unit.line, unit.text) for unit in lists_missing(units)]
    told += [warning for unit in units for warning in lost_in(unit.text, unit.line)]
    return told + [warned("no_end", unit.line, unit.text) for unit in units if is_line(unit)]


def lists_missing(units: list[Unit]) -> list[Unit]:
    return [
        unit
        for unit, below in zip_longest(units, units[1:])
        if unit.text.endswith(":") and not unit.is_bullet and not (below and below.is_bullet)
    ]
