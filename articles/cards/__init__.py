"""The picture beside an article's address where somebody shares it: made from plain data, by no model's help."""

import hashlib
import json
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

TEMPLATE = Path(__file__).with_name("card.typ")
# Two dots a point of the template. The head of the page says them, so that nobody need fetch it to lay it out.
DOTS_PER_INCH = 144
WIDTH, HEIGHT = 1200, 630
# Of 80 kB each; any other is made again, in a tenth of a second.
MOST_KEPT = 64
COLORS = ("paper", "ink", "soft", "brand", "warm")
# Of a sha256, in hexadecimal: enough to tell the cards of one article apart.
DIGITS = 16


class Card(NamedTuple):
    """warning: what takes something back of what the article says, or "". facts: short, in the order of reading.

    colors: of these names of palette.css, by day.
    """

    clinic: str
    title: str
    warning: str
    facts: tuple[str, ...]
    language: str
    colors: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """For whoever cannot see it."""
        return ". ".join(part for part in (self.title, self.warning, *self.facts) if part)

    @property
    def name(self) -> str:
        """For its address: another title, or another look, has another one, so that everybody fetches it anew."""
        return hashlib.sha256(_look() + json.dumps(self).encode()).hexdigest()[:DIGITS]


@cache
def _look() -> bytes:
    return TEMPLATE.read_bytes() + version("typst").encode()


@lru_cache(maxsize=MOST_KEPT)
def build_card(card: Card) -> bytes:
    """Return a PNG of WIDTH by HEIGHT dots, with typst's own fonts, so that it is the same everywhere."""
    # 7 MB in each process, for those that draw a card.
    import typst

    # As data: typst never reads it as markup.
    inputs = {"content": json.dumps({**card._asdict(), "colors": dict(card.colors)})}
    return typst.compile(TEMPLATE, format="png", ppi=DOTS_PER_INCH, ignore_system_fonts=True, sys_inputs=inputs)
