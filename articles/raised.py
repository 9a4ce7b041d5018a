"""Raised and lowered figures as signs of their own: without them 10 to the sixth is 106, and a dose another."""

import html
import re

UP = str.maketrans(
    "0123456789+-\u2212\u2013()",
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b\u207b\u207d\u207e",
)
DOWN = str.maketrans(
    "0123456789+-\u2212\u2013()",
    "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089\u208a\u208b\u208b\u208b\u208d\u208e",
)
# What has such signs; commas part the numbers of notes.
FIGURES = re.compile(r"[\d+\u2212\u2013(),\s-]*", re.ASCII)
# What bibliographies dress a title with, as JATS and HTML name it.
RAISED = re.compile(r"<(?:jats:)?sup>([^<]*)</(?:jats:)?sup>", re.IGNORECASE)
LOWERED = re.compile(r"<(?:jats:)?(?:sub|inf)>([^<]*)</(?:jats:)?(?:sub|inf)>", re.IGNORECASE)
DRESS = re.compile(
    r"</?(?:jats:)?(?:i|b|u|em|strong|italic|bold|underline|scp?|sup|sub|span|title)(?:\s[^<>]*)?>", re.IGNORECASE
)


def raised(text: str, before: str = "") -> str:
    """before: what it is raised behind. A power that has no sign is told from the number below it by "^"."""
    if FIGURES.fullmatch(text):
        return text.translate(UP)
    is_power = before[-1:].isdecimal() and not re.match(r"(?:st|nd|rd|th|[^\w\s])", text.strip())
    return f"^{text}" if is_power else text


def lowered(text: str) -> str:
    return text.translate(DOWN) if FIGURES.fullmatch(text) else text


def undressed(text: str) -> str:
    """A line of text of what stands in a record as HTML or JATS; whatever else has pointed brackets stays."""
    text = RAISED.sub(lambda found: raised(found[1], found.string[: found.start()]), text)
    return html.unescape(DRESS.sub("", LOWERED.sub(lambda found: lowered(found[1]), text)))
