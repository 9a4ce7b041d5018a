"""Authors: "van der Berg J" as it is stored, from and to a family name with given names or initials."""

import re
from typing import NamedTuple

UPPER = "".join(letter for letter in map(chr, range(0x250)) if letter.isupper())
LOWER = "".join(letter for letter in map(chr, range(0x250)) if letter.islower())
SUFFIXES = {"jr", "sr", "ii", "iii", "iv", "2nd", "3rd", "4th"}
# What a family name may begin with in small letters.
SMALL_WORDS = """
af al ap auf aus bar ben bin da dal das de degli dei del della den der des di do dos du e el het ibn in la las le les li
lo los of san st te ten ter thoe tho to und van ver vom von vor y zu zum zur 't 's
"""
PARTICLES = set(SMALL_WORDS.split())
GROUP = re.compile(
    r"\b(group|investigators|consortium|collaborati(on|ve)|network|committee|society|team|trialists|organi[sz]ation"
    r"|association|registry|initiative|working party|collaborators|alliance|institute|foundation|agency)\b",
    re.IGNORECASE,
)
INITIALS = re.compile(rf"(?:[{UPPER}]\.?-?){{1,4}}")
ET_AL_ALONE = re.compile(r"et\.?\s+al\.?", re.IGNORECASE)
ET_AL = re.compile(r",?\s*\bet\.?\s+al\b\.?\s*$|,?\s*\band others\b\.?\s*$", re.IGNORECASE)


class Name(NamedTuple):
    """A person; or a group, which has its name in `family` alone."""

    family: str
    initials: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in self if part)


def parted(author: str) -> Name:
    """From the stored form. What does not end in initials is a group."""
    words = author.split()
    suffix = words.pop() if ends_in_suffix(words) else ""
    if len(words) > 1 and INITIALS.fullmatch(words[-1]):
        return Name(" ".join(words[:-1]), words[-1], suffix)
    return Name(author)


def ends_in_suffix(words: list[str]) -> bool:
    """ "Smith J Jr" does; the JR of "Garcia JR" are initials."""
    return len(words) > 2 and words[-1].rstrip(".").lower() in SUFFIXES and bool(INITIALS.fullmatch(words[-2]))


def initials_of(given: str) -> str:
    """ "Jean-Pierre K." is JPK; what is written as initials already stays."""
    words = re.split(r"[\s.\-\u2010\u2011]+", given.strip())
    return "".join(word if word.isupper() and len(word) <= 3 else word[0].upper() for word in words if word)


def from_family_given(family: str, given: str, suffix: str = "") -> str:
    return str(Name(" ".join(family.split()), initials_of(given), suffix.strip().rstrip(".")))


def from_inverted(text: str) -> str:
    """ "Berg, Jan van der" and "Smith, John, Jr." as reference managers write them; without a comma it is kept."""
    family, *rest = (part.strip() for part in text.split(","))
    if not rest:
        return " ".join(family.split())
    suffixes = [part for part in rest if part.rstrip(".").lower() in SUFFIXES]
    given = " ".join(part for part in rest if part not in suffixes).split()
    particles: list[str] = []
    while given and given[-1] in PARTICLES:
        particles.insert(0, given.pop())
    return from_family_given(" ".join([*particles, family]), " ".join(given), suffixes[0] if suffixes else "")


def is_printed_name(text: str) -> bool:
    """ "López Quiceno L", "Stark J. W.", "Smith J Jr": family names, then initials."""
    words = text.split()
    if ends_in_suffix(words):
        words.pop()
    family = words[: first_initial(words)]
    return 0 < len(family) < len(words) and len(family) <= 5 and all(map(may_be_family, family))


def first_initial(words: list[str]) -> int:
    """Where the initials begin: one word of them, or several of one letter each."""
    if not words or not INITIALS.fullmatch(words[-1]):
        return len(words)
    place = len(words) - 1
    while place > 1 and len(words[-1].rstrip(".")) == 1 and re.fullmatch(rf"[{UPPER}]\.?", words[place - 1]):
        place -= 1
    return place


def may_be_family(word: str) -> bool:
    inner = re.sub(r"^(?:[a-z]{1,2}['’‘]|al-|el-|')", "", word)
    starts_well = inner[:1].isupper() or word.lower() in PARTICLES
    return starts_well and not any(letter.isdigit() for letter in word)


def printed_name(text: str) -> str:
    """As it is stored: initials without dots, hyphens and spaces."""
    words = text.split()
    suffix = words.pop().rstrip(".") if ends_in_suffix(words) else ""
    place = first_initial(words)
    initials = re.sub(r"[.\-]", "", "".join(words[place:]))
    return str(Name(" ".join(words[:place]), initials, suffix))
