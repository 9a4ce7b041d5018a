"""The little of LaTeX that stands in bibliographies: accents, special letters, and escaped signs."""

import re
import unicodedata

from articles.raised import letter_before, lowered, raised

COMBINING = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
}  # fmt: skip
LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "textendash": "\u2013", "textemdash": "\u2014",
    "textquoteright": "\u2019", "textquoteleft": "\u2018", "textasciitilde": "~", "textasciicircum": "^",
    "textbackslash": "\\", "alpha": "α", "beta": "β", "gamma": "γ", "mu": "μ",
}  # fmt: skip
SIGNS = "&%$#_{}"
BIG = {"\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}"}
ACCENT = (
    r"""\\(?P<accent>[`'^~=."]|[uvHcdkr](?![A-Za-z]))\s*"""
    r"""(?:\{\s*(?P<braced>\\?[A-Za-z]?)\s*\}|(?P<bare>\\?[A-Za-z]))"""
)
WORD = r"\\(?P<word>[A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))"
TOKEN = re.compile(rf"{ACCENT}|{WORD}|\\(?P<sign>.)|(?P<tie>~)|(?P<brace>[{{}}$])", re.DOTALL)


# With braces in it, too: of a minus, Zotero makes {$-$}.
RAISED = re.compile(r"\\(?:textsuperscript|textsubscript)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")


def unescaped(text: str) -> str:
    text = RAISED.sub(_beside_the_line, text)
    return unicodedata.normalize("NFC", TOKEN.sub(_plain, text)).strip()


def _beside_the_line(found: re.Match[str]) -> str:
    text = TOKEN.sub(_plain, found[1]).replace("--", "\u2013")
    return raised(text, letter_before(found)) if found[0].startswith("\\textsuper") else lowered(text)


def _plain(found: re.Match[str]) -> str:
    if found["accent"]:
        return (found["braced"] or found["bare"] or "").lstrip("\\") + COMBINING[found["accent"]]
    if found["word"]:
        # A command that only dresses what follows, such as \emph, goes.
        return LETTERS.get(found["word"], "")
    return found["sign"] or (" " if found["tie"] else "")


def escaped(text: str) -> str:
    return "".join(BIG.get(letter, f"\\{letter}" if letter in SIGNS else letter) for letter in text)
