"""What a unit looks like, before anybody knows what it is."""

import re

from articles.importing.units import Unit

# As the clinic's titles go; what is longer is a paragraph.
LONGEST_TITLE = 200
# A line above this is no heading.
LONGEST_HEADING = 100
# With a closing quote or the number of a reference behind it, too.
ENDS_SENTENCE = re.compile(r"[.!?…:;,][\"”’')\]»]*(\[\d[\d,–-]*\]|[¹²³⁰⁴-⁹]+)?$")
LEAST_PROSE = 60


def is_line(unit: Unit) -> bool:
    """A title or a heading may look so: no bullet, no end of a sentence."""
    return not unit.is_bullet and not ENDS_SENTENCE.search(unit.text)


def is_prose(unit: Unit) -> bool:
    if unit.is_bullet:
        return False
    return len(unit.text) > LONGEST_TITLE or (len(unit.text) >= LEAST_PROSE and not is_line(unit))


def is_doubled(units: list[Unit], at: int) -> bool:
    return at + 1 < len(units) and units[at].key == units[at + 1].key and not units[at].is_bullet
