"""Telephone numbers as people and programs write them: what is one, and which two are the same."""

import re

# A spreadsheet made a number of it and kept the first digits only.
ROUNDED = re.compile(r"[+-]?\d+([.,]\d+)?E[+-]?\d+", re.IGNORECASE)
LINK = re.compile(r"^(tel|phone|callto|sms):\s*", re.IGNORECASE)
# Google parts several by three colons.
BETWEEN = re.compile(r"\s*(?:;|\n|:::|\s\|\s|,(?=\s*[+0(]))\s*")
# What is dialled inside the country only.
TRUNK = re.compile(r"\(0\)")
# By which the index of Postgres goes (lead_phone_end).
END = 9
# Fewer are an extension, and the same in many places.
FEWEST = 7
LONGEST_COUNTRY_CODE = 3


def plain(cell: str) -> str:
    return "; ".join(filter(None, (LINK.sub("", part).strip() for part in BETWEEN.split(cell.strip()))))


def several(cell: str, longest: int) -> tuple[str, list[str]]:
    """What is kept with the lead, and the rest. Two short ones that somebody wrote together stay together."""
    together = plain(cell)
    if len(together) <= longest and ":::" not in cell and "\n" not in cell:
        return together, []
    first, *others = together.split("; ")
    return first, others


def digits(text: str) -> str:
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def same(phone: str) -> str:
    """Equal for all spellings of one number, with and without the code of its country; also for a few others."""
    first = BETWEEN.split(phone)[0]
    number = digits(TRUNK.sub("", first))
    return number[-FEWEST:] if len(number) > FEWEST else number


def ends(phone: str) -> set[str]:
    """How the same number may end as it is stored, however that is spelled."""
    first = BETWEEN.split(phone)[0]
    number = digits(TRUNK.sub("", first))
    found = {number, digits(first), digits(phone)}
    if first.startswith("+") or number.startswith("00"):
        number = number.removeprefix("00")
        for length in range(1, LONGEST_COUNTRY_CODE + 1):
            found |= {number[length:], f"0{number[length:]}"}
    else:
        number = number.lstrip("0")
        found |= {number, f"0{number}", *with_country_codes(number)}
    return {text[-END:] for text in found if len(text) >= min(FEWEST, len(digits(phone)))}


def with_country_codes(number: str) -> set[str]:
    """The digits of any country before a number too short to fill the end alone; of a shorter one too many."""
    missing = END - len(number)
    return {f"{code:0{missing}}{number}" for code in range(10**missing)} if 0 < missing <= 2 else set()
