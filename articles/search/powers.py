"""Powers of ten, which everybody types in another way: each is one word, as sql/plain_words.sql makes it of texts."""

import re

from articles.raised import DOWN, UP

DASH = "[-\u2013\u2212\u207b]"
# As they stand in Unicode: not one range.
ABOVE = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079"
ON_THE_LINE = {sign: plain for table in (UP, DOWN) for plain, sign in table.items() if chr(plain).isdecimal()}
# "10^6", "10**6", "10 ^ 6", "10(6)" as PubMed has it, and "10⁶".
SIGN = rf"\s?(?:\^|\*\*)\s?\(?|\((?={DASH}?\d\d?\))|(?={DASH}?[{ABOVE}])"
POWER = re.compile(rf"(?<![\d.,])10(?:{SIGN})({DASH}?)([0-9{ABOVE}]{{1,2}})\)?(?![\d{ABOVE}])")
# Of "5x10^6" and "5 x 106" neither "x" nor "5x10" is a word of the text.
TIMES = re.compile(r"(?:(?<=\d)|(?<!\w))\s?[x\u00d7*]\s?(?=10)", re.IGNORECASE)
# Of any other number it is not a part: "219¹" is a note.
NOTE = re.compile(rf"(?<=[0-9])(?={DASH}?[{ABOVE}])")
# The word itself, and what is left of it where the line has no raised signs: as "106 cells" is copied from elsewhere.
WORD = re.compile(r"10(pm|p|)([1-9]\d?)")


def told_apart(typed: str) -> str:
    """With each power of ten as a word of its own, and whatever else is raised or lowered on the line."""
    return NOTE.sub(" ", POWER.sub(_word, TIMES.sub(" ", typed))).translate(ON_THE_LINE)


def _word(found: re.Match[str]) -> str:
    return f" 10p{'m' if found[1] else ''}{found[2].translate(ON_THE_LINE)} "


def written(word: str) -> str:
    """As people are told of it: the word of a power is nobody's."""
    power = WORD.fullmatch(word)
    if not power or not power[1]:
        return word
    minus = "\u207b" if power[1] == "pm" else ""
    return f"10{minus}{power[2].translate(UP)}"


def shape(word: str) -> str:
    """What of a text is marked for it: however the power is written there. Empty if it is none."""
    if not (power := WORD.fullmatch(word)):
        return ""
    minus, raised = (f"{DASH}", "\u207b") if power[1] == "pm" else ("", "")
    return rf"10(?:[(^]?{minus}{power[2]}|{raised}{power[2].translate(UP)})"
