"""A stop is about the person: what was said at one address of theirs holds for all who are one with them."""

from collections.abc import Iterable
from itertools import chain

from enquiries.models import Lead
from mailings import rules
from mailings.models import Why
from mailings.models.why import SAID_BY_THE_PERSON


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


def keeps_when_corrected(lead: Lead) -> Why | None:
    """What they themselves said; "I did not ask for this" may be a stranger's word, whose address was mistyped."""
    return _of_the_family(lead, SAID_BY_THE_PERSON - {Why.NOT_REQUESTED})


def _of_the_family(lead: Lead, whys: set[Why]) -> Why | None:
    family = addresses_of_families([lead])[lead.pk]
    return _first(whys, family, rules.reasons_against(family))


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
