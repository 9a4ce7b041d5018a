"""A stop is about the person: what was said at one address of theirs holds for all who are one with them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, Q, QuerySet

from enquiries.models import Lead, LeadEvent
from foundation.prepared import Rows, Several
from foundation.tokens import hash_address
from mailings import rules
from mailings.models import Suppression, Why
from mailings.models.why import SAID_BY_A_MAILBOX, SAID_BY_THE_PERSON


def why_not_mailed(leads: Iterable[Lead]) -> dict[int, Why]:
    """Of these leads those that nothing may be mailed to, and why, by their numbers; few queries for however many."""
    leads = list(leads)
    families = addresses_of_families(leads)
    said = rules.reasons_against(chain((lead.mail_address for lead in leads), *families.values()))
    found = {lead.pk: _why(lead.mail_address, families[lead.pk], said) for lead in leads}
    return {pk: why for pk, why in found.items() if why}


def _why(address: str | None, family: list[str], said: dict[str, list[Why]]) -> Why | None:
    if not address:
        return Why.NO_ADDRESS
    return next(iter(said.get(address, [])), None) or _first(SAID_BY_THE_PERSON, family, said)


def _first(whys: set[Why], family: list[str], said: dict[str, list[Why]]) -> Why | None:
    return next((why for address in family for why in said.get(address, []) if why in whys), None)


def why_not(lead: Lead) -> Why | None:
    return why_not_mailed([lead]).get(lead.pk)


def said_by_the_person(lead: Lead) -> Why | None:
    """At any of their addresses."""
    return _of_the_family(lead, SAID_BY_THE_PERSON)


class Against(NamedTuple):
    """What stands against mail to somebody: at all, on their own word, and also at a corrected address of theirs."""

    why: Why | None
    said: Why | None
    kept: Why | None


def against(lead: Lead, family: list[Lead] | None = None) -> Against:
    """For whoever asks all of it. family: all who are one with the lead, where they were asked for already."""
    addresses = [one.email for one in family if one.email] if family else addresses_of_families([lead])[lead.pk]
    said = rules.reasons_against(chain([lead.mail_address], addresses))
    own = [_first(whys, addresses, said) for whys in (SAID_BY_THE_PERSON, OF_THEMSELVES)]
    return Against(_why(lead.mail_address, addresses, said), *own)


def keeps_when_corrected(lead: Lead) -> Why | None:
    return _of_the_family(lead, OF_THEMSELVES)


# What whoever got our mail says of it may be a stranger's, their address mistyped.
OF_THEMSELVES = SAID_BY_THE_PERSON - SAID_BY_A_MAILBOX


def said_since(moment: datetime, addresses: list[str], leads: Iterable[Lead] = ()) -> bool:
    """Whether they said after a moment what stands against mail to them; of a stop that stood before, once more."""
    hashes = [hash_address(address) for address in addresses]
    said = Suppression.objects.standing().filter(address_hash__in=hashes, reason__in=SAID_BY_THE_PERSON)
    again = LeadEvent.objects.filter(closed_because_asked(), lead__in=leads, at__gt=moment)
    return said.filter(created_at__gt=moment).exists() or (said.exists() and again.exists())


def closed_because_asked() -> Q:
    """Of events: the lead was closed with it, or somebody else had closed it a moment before."""
    code = Lead.Closed.ASKED_TO_STOP.value
    closed = Q(kind=LeadEvent.Kind.STAGE, data__reason__startswith=code)
    return closed | Q(kind=LeadEvent.Kind.NOTE, data__closed=code)


# Merged leads are few, so all of them are read: each with the one in whom it lives on in the end.
FAMILIES = """
WITH RECURSIVE merged (email, top) AS (
    SELECT email, merged_into_id FROM enquiries_lead WHERE merged_into_id IS NOT NULL
    UNION ALL
    SELECT merged.email, lead.merged_into_id FROM merged JOIN enquiries_lead AS lead ON lead.id = merged.top
    WHERE lead.merged_into_id IS NOT NULL
)
SELECT merged.email, lead.email, lead.id FROM merged JOIN enquiries_lead AS lead ON lead.id = merged.top
WHERE lead.merged_into_id IS NULL
"""


def stopped_as_one(addresses: Iterable[str] | None) -> set[str]:
    """Of these addresses, or of all there are, those whose person asked us to stop at another of theirs."""
    found = families()
    if addresses is not None:
        asked = {*addresses}
        return _stopped([family for family in found if family & asked]) & asked
    return _stopped(found)


def families() -> list[set[str]]:
    """The addresses of each person who has several, since leads were merged."""
    found: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(FAMILIES)
        for merged, survivor, top in cursor.fetchall():
            found.setdefault(top, set()).update(filter(None, [merged, survivor]))
    return list(found.values())


def _stopped(families: list[set[str]]) -> set[str]:
    said = rules.reasons_against(chain.from_iterable(families))
    return {*chain.from_iterable(family for family in families if _first(SAID_BY_THE_PERSON, [*family], said))}


def _of_the_family(lead: Lead, whys: set[Why]) -> Why | None:
    family = addresses_of_families([lead])[lead.pk]
    return _first(whys, family, rules.reasons_against(family))


def merged() -> QuerySet[Lead, Any]:
    found = Lead.objects.filter(merged_into__in=Several("leads", BigIntegerField())).order_by("pk")
    return found.values_list("pk", "merged_into", "email")


MERGED = Rows(merged)


def addresses_of_families(leads: list[Lead]) -> dict[int, list[str]]:
    """Of each the addresses of all who are one with it. A query for each level of merges, mostly one."""
    survivor = {lead.pk: lead.survivor() for lead in leads}
    found = {lead.pk: [lead.email] for lead in survivor.values()}
    level = {pk: pk for pk in found}
    while level:
        rows = [(pk, level[into], email) for pk, into, email in MERGED.ask(leads=list(level)) if into]
        for _pk, top, email in rows:
            found[top].append(email)
        level = {pk: top for pk, top, _email in rows}
    return {pk: [email for email in found[lead.pk] if email] for pk, lead in survivor.items()}
