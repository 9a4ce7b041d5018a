"""What looks like a slip of the finger in the domain of an address."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

COMMON_DOMAINS = [
    "gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "hotmail.com", "outlook.com", "live.com", "msn.com",
    "icloud.com", "me.com", "mac.com", "aol.com", "mail.com", "email.com", "protonmail.com", "proton.me", "gmx.com",
    "gmx.net", "gmx.de", "web.de", "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net",
    "yahoo.co.uk", "hotmail.co.uk", "btinternet.com", "yahoo.ca", "orange.fr", "zoho.com", "fastmail.com",
    # Real, and one letter away from the others.
    "zohomail.com", "love.com",
]  # fmt: skip

# Providers have one name and many countries: yahoo.com.br, hotmail.fr. The five left out are .com and .net cut short.
REAL_ENDING = re.compile(r"^(com|net|org|(com|co|ne|net|org)\.[a-z]{2}|(?!co|cm|om|ne|nt)[a-z]{2})$")
# This one has a single ending, so any other is a slip.
GMAIL = "gmail"
CLOSE_ENOUGH = 0.85


def suggest_domain(address: str) -> str | None:
    """A well-known domain that differs from the typed one by a slip ("gmial.com"); never applied by itself.

    static/site.js takes the same steps, so that the page and the server agree.
    """
    return suggest_for(address.rpartition("@")[2].lower())


# To compare a domain with each of ours costs as much as a statement of Postgres, and most people write from a few.
@lru_cache(maxsize=1000)
def suggest_for(domain: str) -> str | None:
    name, _dot, ending = domain.partition(".")
    if domain in COMMON_DOMAINS:
        return None
    if name == GMAIL:
        return f"{GMAIL}.com"
    if is_known(name) and REAL_ENDING.search(ending):
        return None
    best = max(COMMON_DOMAINS, key=lambda known: likeness(known, domain))
    return best if likeness(best, domain) >= CLOSE_ENOUGH else None


def is_known(name: str) -> bool:
    return any(known.startswith(f"{name}.") for known in COMMON_DOMAINS)


def likeness(known: str, typed: str) -> float:
    return SequenceMatcher(None, known, typed, autojunk=False).ratio()
