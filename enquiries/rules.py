"""What counts as the same enquiry, what looks like spam, and where a lead goes when its person writes again."""

import hashlib
import json
import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from django.urls import Resolver404, resolve
from django_countries import countries

from enquiries.models import Lead
from foundation.held import HeldReason
from foundation.models import ClinicProfile

# Long enough for a double click, a reload and an impatient third try; a new thought after it is a new enquiry.
REPLAY_WINDOW = timedelta(minutes=10)
# A person may name one site they read; link spam names several.
MOST_LINKS = 2

# To read the packet and to ask; then somebody decides whether to keep a lead open who wanted nothing else.
TIME_TO_ASK = timedelta(days=30)

# Further away a next action is a slip of the keyboard, and would be seen by nobody; a trigger asks for the same.
FURTHEST = timedelta(days=731)

# Who may say that somebody is a candidate, or unsuitable; the trigger on stage asks for it too.
MOVE_CLINICAL = "enquiries.move_clinical_stages"

LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)

Stage = Lead.Stage
# A person who writes again is followed up again; one whose stage still runs stays where they are.
REOPENS_TO = {
    Stage.LOST: Stage.NEW,
    Stage.UNSUITABLE: Stage.NEW,
    Stage.INVALID: Stage.NEW,
    Stage.DORMANT: Stage.IN_CONVERSATION,
    Stage.BOOKED: Stage.IN_CONVERSATION,
}


def fields_sha256(fields: dict[str, str]) -> str:
    """The fingerprint of a submission: spaces at the ends and the case of the address do not count."""
    normal = {name: " ".join(value.split()) for name, value in fields.items() if value.strip()}
    normal["email"] = normal.get("email", "").lower()
    return hashlib.sha256(json.dumps(normal, sort_keys=True).encode()).hexdigest()


def suspicion(fields: dict[str, str]) -> str:
    """The HeldReason why staff should look before anything is mailed; empty for nearly everybody."""
    if LINK.search(fields.get("name", "")):
        return HeldReason.LINK_IN_NAME.value
    if len(LINK.findall(fields.get("message", ""))) > MOST_LINKS:
        return HeldReason.MANY_LINKS.value
    return ""


def is_far_off(day: date, today: date) -> bool:
    """Too far for the day of a next action, either way."""
    return abs(day - today) > FURTHEST


def article_slug(path: str) -> str:
    """Of the article that a visitor says they came from; they may post any path, and of another it is empty."""
    try:
        match = resolve(urlsplit(path).path)
    except (Resolver404, ValueError):
        return ""
    return match.kwargs["slug"] if match.view_name == "articles:article" else ""


def utm_of(source_path: str) -> dict[str, str]:
    """The utm_ parameters of the page that the form stood on, each at most 100 characters."""
    try:
        pairs = parse_qsl(urlsplit(source_path).query)
    except ValueError:
        return {}
    # Decoded only here, so it may hold a NUL that the middleware did not see, and Postgres refuses the whole enquiry.
    clean = [(name.replace("\0", ""), value.replace("\0", "")) for name, value in pairs]
    return {name[:100]: value[:100] for name, value in clean if name.startswith("utm_")}


def first_answer_due(asked_at: datetime) -> datetime:
    """By the hours and the promise of now."""
    profile = ClinicProfile.objects.current()
    return profile.business_hours().after(asked_at, timedelta(hours=profile.first_answer_hours))


def lead_facts(typed: dict[str, str]) -> dict[str, str]:
    """What a new lead is made from, out of the fields as typed."""
    return {
        "name": " ".join(typed.get("name", "").split())[:200],
        "phone": typed.get("phone", "").strip()[:40],
        "country": country_code(typed.get("country", "")),
    }


# No country is called by more letters. A form may hold 64 KB in their place, and the cache below would keep them.
LONGEST_COUNTRY = 100


def country_code(typed: str) -> str:
    """The ISO 3166 code for a code or an English name; empty for anything else."""
    typed = typed.strip()
    return code_of(typed) if len(typed) <= LONGEST_COUNTRY else ""


# Looking for a name goes through all of them, a hundred times slower than all else that an import does with a row.
@lru_cache(maxsize=1000)
def code_of(typed: str) -> str:
    return typed.upper() if typed.upper() in countries.countries else countries.by_name(typed)
