"""A stop is about the person: what was said at one address of theirs holds for all who are one with them."""

from collections.abc import Iterable
from itertools import chain

from enquiries.models import Lead
from mailings import rules
from mailings.models import Why

# That an address does not exist, or keeps coming back, is about that address alone.
SAID_BY_THE_PERSON = {Why.NOT_REQUESTED, Why.COMPLAINT, Why.ASKED_TO_STOP}


def why_not_mailed(leads: Iterable[Lead]) -> dict[int, Why]:
    """Of these leads those that nothing may be mailed to, and why, by their numbers; few queries for however many."""
    leads = list(leads)
    families = addresses_of_families(leads)
    said = rules.why_not_mailed(chain((lead.mail_address for lead in leads), *families.values()))
    found = {lead.pk: _why(lead.mail_address, families[lead.pk], said) for lead in leads}
    return {pk: why for pk, why in found.items() if why}


def _why(address: str | None, family: list[str], said: dict[str, Why]) -> Why | None:
    if not address:
        return Why.NO_ADDRESS
    return said.get(address) or _of_the_person(family, said)


def _of_the_person(family: list[str], said: dict[str, Why]) -> Why | None:
    return next((said[address] for address in family if said.get(address) in SAID_BY_THE_PERSON), None)


def why_not(lead: Lead) -> Why | None:
    return why_not_mailed([lead]).get(lead.pk)


def said_by_the_person(lead: Lead) -> Why | None:
    """At any of their addresses."""
    family = addresses_of_families([lead])[lead.pk]
    return _of_the_person(family, rules.why_not_mailed(family))


def keeps_when_corrected(lead: Lead) -> Why | None:
    """What they themselves said; "I did not ask for this" may be a stranger's word, whose address was mistyped."""
    said = said_by_the_person(lead)
    return None if said == Why.NOT_REQUESTED else said


def addresses_of_families(leads: list[Lead]) -> dict[int, list[str]]:
    """Of each the addresses of all who are one with it. A query for each level of merges, mostly one."""
    survivor = {lead.pk: lead.survivor() for lead in leads}
    found = {lead.pk: [lead.email] for lead in survivor.values()}
    level = {pk: pk for pk in found}
    while level:
        merged = Lead.objects.filter(merged_into__in=level).order_by("pk").values_list("pk", "merged_into", "email")
        rows = [(pk, level[into], email) for pk, into, email in merged if into]
        for _pk, top, email in rows:
            found[top].append(email)
        level = {pk: top for pk, top, _email in rows}
    return {pk: [email for email in found[lead.pk] if email] for pk, lead in survivor.items()}
