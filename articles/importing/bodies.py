"""From blocks to the Markdown of a section. What stood in the file is shown as it stood: no sign of it marks up."""

import re
from collections.abc import Iterable

from articles.importing.sections import LIST, Block

# Wherever they stand. "<" and "&" only where Markdown would read a link or an entity: "p < 0.05" stays as it is.
MARKS = re.compile(r"[*_`\[\\]|<(?=[\w/!?])|&(?=#?\w+;)")
# At the beginning of a paragraph or an item: headings, quotes, lists, rulers.
BEGINNING = re.compile(r"^(?=(?:#{1,6}|[-+])(?:\s|$)|>|[-=~]{2,})")
NUMBER = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))")
# A draft keeps a heading that nothing stands under; whoever reviews it sees that something is missing.
NOTHING = "…"


def body(blocks: Iterable[Block]) -> str:
    return "\n\n".join(map(markdown, blocks)) or NOTHING


def markdown(block: Block) -> str:
    items = "\n".join(f"- {escaped(item)}" for item in block.items)
    text = escaped(block.text)
    return "\n\n".join(filter(None, [text, items])) if block.kind == LIST else text


def escaped(text: str) -> str:
    marked = MARKS.sub(r"\\\g<0>", text)
    return NUMBER.sub(r"\1\\", BEGINNING.sub(r"\\", marked, count=1), count=1)
