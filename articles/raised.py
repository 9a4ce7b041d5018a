"""Raised and lowered figures as signs of their own: without them 10 to the sixth is 106, and a dose another."""

import html
import re

# Of three dashes one is a minus, and the others are typed for it.
ON_THE_LINE = "0123456789+-\u2212\u2013()"
UP = str.maketrans(
    ON_THE_LINE,
    "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b\u207b\u207d\u207e",
)
DOWN = str.maketrans(
    ON_THE_LINE,
    "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089\u208a\u208b\u208b\u208b\u208d\u208e",
)
# What has such signs; commas part the numbers of notes.
FIGURES = re.compile(r"[0-9+\u2212\u2013(),\s-]*")
# Behind a number: an ordinal, or the sign of a note; a minus before a figure or a letter alone is none.
NO_POWER = re.compile(r"(?:st|nd|rd|th|(?![+\u2212\u2013-]?(?:[.\xb7]?\d|\w$))[^\w\s])")
# Behind a unit, too: no note is numbered so.
FRACTION = re.compile(r"[+\u2212\u2013-]?\d*[.\xb7]\d+")
# Behind a number, too: no note says what is added to what. But a dash is also "from (a) to (c)".
TERM = r"(?:\d+|\d*[^\W\d_])"
SUM = re.compile(rf"\((?:\w+\s?[+\u2212]\s?\w+|{TERM}\s?[\u2013-]\s?{TERM})\)")
# By letters, of which notes take the first, or by numbers of which some have one; what is below may be a number.
NOTES = re.compile(
    r"\(?(?:[a-z](?:\s?,\s?[a-z])+|\d*[a-h]\s?[\u2013-]\s?\d*[a-h]|\d+\s?[\u2013-]\s?\d+[a-h])\)?", re.IGNORECASE
)
# As PubMed writes 10 to the sixth, and what is left of it where nothing is raised: of "106 cells" nobody can tell, and
# 10(6) behind a year or before a page is a journal's volume.
LOST = re.compile(
    r"(?<![\d.,;])(?<!; )10\([+\u2212\u2013-]?\d\d?\)(?!:)|(?<=\d)\s?[x\u00d7]\s?10[1-9]\d?(?![\d%]|[.,]\d)",
    re.IGNORECASE,
)
# What bibliographies dress a title with, as JATS and HTML name it.
RAISED = re.compile(r"<(?:jats:)?sup(?:\s[^<>]*)?>([^<]*)</(?:jats:)?sup>", re.IGNORECASE)
LOWERED = re.compile(r"<(?:jats:)?(?:sub|inf)(?:\s[^<>]*)?>([^<]*)</(?:jats:)?(?:sub|inf)>", re.IGNORECASE)
LEFT_OVER = re.compile(r"</?(?:jats:)?(?:sup|sub|inf)(?:\s[^<>]*)?>", re.IGNORECASE)
DRESS = re.compile(
    r"</?(?:jats:)?(?:i|b|u|em|strong|italic|bold|underline|scp?|span|title)(?:\s[^<>]*)?>", re.IGNORECASE
)


def raised(text: str, before: str = "") -> str:
    """before: what it is raised behind. A power that has no sign is told from what is below it by "^"."""
    if FIGURES.fullmatch(text):
        return text.translate(UP)
    below, told = before[-1:], text.strip()
    is_of_a_unit = (below.isalpha() or below == ")") and FRACTION.fullmatch(told)
    is_raised = not NOTES.fullmatch(told) and bool(SUM.fullmatch(told) or not NO_POWER.match(told))
    is_power = is_of_a_unit or (below.isdecimal() and is_raised)
    return f"^{text.lstrip()}" if is_power else text


def lost_powers(text: str) -> list[tuple[str, int]]:
    """Where a power may be one no longer, and at which letter: an editor has to look at the paper."""
    return [(found[0].strip(), found.start()) for found in LOST.finditer(text)]


def lowered(text: str) -> str:
    return text.translate(DOWN) if FIGURES.fullmatch(text) else text


def undressed(text: str) -> str:
    """A line of text of what stands in a record as HTML or JATS; whatever else has pointed brackets stays."""
    # First what may stand within or beside a figure.
    text = RAISED.sub(_above, DRESS.sub("", text))
    return html.unescape(LEFT_OVER.sub("", LOWERED.sub(_below, text)))


def _above(found: re.Match[str]) -> str:
    return html.escape(raised(html.unescape(found[1]), letter_before(found)), quote=False)


def _below(found: re.Match[str]) -> str:
    return html.escape(lowered(html.unescape(found[1])), quote=False)


def letter_before(found: re.Match[str]) -> str:
    """The one letter: all of them, of each figure of a long text, would be its square. LaTeX has braces around it."""
    return found.string[max(found.start() - 4, 0) : found.start()].rstrip("{}$")[-1:]
