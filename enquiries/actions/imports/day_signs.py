"""Days as East Asia writes them: with a sign behind year, month and day, or by the years of a reign."""

import re
import unicodedata

# The year before the first of each. Of Taiwan's republic, whose years are counted likewise, too.
REIGNS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "R": 2018, "H": 1988, "S": 1925}
FIRST = "元"
SIGNED = re.compile(r"(令和|平成|昭和|民國|民国)?\s*(\d{1,4}|元)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
SHORT = re.compile(r"([RHS])(\d{1,2})[./](\d{1,2})[./](\d{1,2})$")
# As in Korea.
DOTTED = re.compile(r"()(\d{4})\.\s*(\d{1,2})\.\s*(\d{1,2})\.?$")
# Behind it, of another day: a time of day has neither sign.
ANOTHER = re.compile(r"\d\s*[年월月년日일]|\d\s*[/.-]\s*\d")


def in_numbers(text: str) -> str:
    """The day as 2026-5-31, without a weekday or a time that stands behind it; all else stays, but for wide letters."""
    plain = unicodedata.normalize("NFKC", text)
    found = SIGNED.match(plain) or SHORT.match(plain) or DOTTED.match(plain)
    if found is None or ANOTHER.search(plain, found.end()):
        return plain
    reign, year, month, day = found.groups()
    number = 1 if year == FIRST else int(year)
    if reign:
        return f"{REIGNS[reign] + number}-{month}-{day}"
    # Of a year in two figures nobody knows the century, nor whose reign it is.
    return f"{year}-{month}-{day}" if len(year) == 4 else plain
