"""What may be sent to whom, when to try again, and what looks like a slip of the finger."""

from datetime import timedelta
from difflib import get_close_matches

from mailings.models import Suppression
from mailings.tokens import hash_address

# Patient at first, then rare: greylisting answers within minutes, a broken server is mended within hours.
RETRY_AFTER = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 24 * 60)]

# Leaving the newsletter is no reason to withhold a packet that the same person asks for later.
STOPS_EVERYTHING = {Suppression.Reason.NOT_REQUESTED, Suppression.Reason.HARD_BOUNCE, Suppression.Reason.COMPLAINT}

COMMON_DOMAINS = [
    "gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "hotmail.com", "outlook.com", "live.com", "msn.com",
    "icloud.com", "me.com", "mac.com", "aol.com", "mail.com", "email.com", "protonmail.com", "proton.me", "gmx.com",
    "gmx.net", "gmx.de", "web.de", "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net",
    "yahoo.co.uk", "hotmail.co.uk", "btinternet.com", "yahoo.ca", "orange.fr", "zoho.com", "fastmail.com",
]  # fmt: skip


def suppressed(address: str) -> Suppression | None:
    """The reason why nothing at all may go to this address, if there is one."""
    return Suppression.objects.filter(address_hash=hash_address(address), reason__in=STOPS_EVERYTHING).first()


def suggest_domain(address: str) -> str | None:
    """A well-known domain that differs from the typed one by a slip ("gmial.com"); never applied by itself."""
    domain = address.rpartition("@")[2].lower()
    if domain in COMMON_DOMAINS:
        return None
    close = get_close_matches(domain, COMMON_DOMAINS, n=1, cutoff=0.85)
    return close[0] if close else None
