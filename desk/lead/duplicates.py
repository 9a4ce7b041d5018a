"""Who else may be the same person: suggestions, which link nothing by themselves.

Each question is one look into an index and ends after a number of rows, so that a page costs the same among a million.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.lookups import Exact
from django.http import HttpRequest
from django.utils.translation import gettext as _

from enquiries.actions.merging import may_be_undone
from enquiries.models import Lead, LeadEvent

MOST = 5
# More of one name in one country tell nothing.
MOST_LOOKED_AT = 100
# Shorter ones are extensions and slips.
FEWEST_DIGITS = 7
# Of 1, by the groups of three letters that two names share: a letter more, less or wrong.
ALIKE = 0.5


class Suggestion(NamedTuple):
    lead: Lead
    why: str


def may_merge(request: HttpRequest) -> bool:
    return request.user.has_perm("enquiries.merge_leads")


def about(request: HttpRequest, lead: Lead, family: list[Lead]) -> dict[str, Any]:
    """What the lead's page says of others who are, or may be, the same person."""
    return {
        "suggestions": suggestions(lead),
        "merged_in": [{"lead": member, "may_be_undone": may_be_undone(member)} for member in family[1:]],
        "may_merge": may_merge(request),
        "may_be_undone": bool(lead.merged_into_id) and may_be_undone(lead),
    }


def suggestions(lead: Lead) -> list[Suggestion]:
    """The likeliest first: address, telephone, name."""
    if lead.erased_at or lead.merged_into_id:
        return []
    known = {lead.pk, *told_apart(lead)}
    found: dict[int, Suggestion] = {}
    for why, leads in questions(lead):
        # Whoever was merged lives on in somebody else.
        for other in (one.survivor() for one in leads):
            if other.pk not in known and len(found) < MOST:
                found.setdefault(other.pk, Suggestion(other, why))
    return list(found.values())


def told_apart(lead: Lead) -> QuerySet[Any]:
    return lead.events.filter(kind=LeadEvent.Kind.TOLD_APART).order_by().values_list("data__other", flat=True)


def questions(lead: Lead) -> Iterator[tuple[str, list[Lead]]]:
    others = Lead.objects.filter(erased_at=None).select_related("merged_into").order_by()
    if lead.email:
        yield _("nearly the same address"), list(others.filter(same("email", lead.email, "lead_mailbox"))[: 2 * MOST])
    if sum(letter.isdecimal() for letter in lead.phone) >= FEWEST_DIGITS:
        numbered = others.exclude(phone="").filter(same("phone", lead.phone, "lead_phone_end"))
        yield _("the same telephone number"), list(numbered[: 2 * MOST])
    if lead.name and lead.country:
        yield _("nearly the same name, from the same country"), of_nearly_that_name(others, lead)


def key(value: Any, function: str) -> Any:
    return Func(value, function=function, output_field=TextField())


def same(field: str, value: str, function: str) -> Exact:
    """What the indexes of the migration 0015 are made of."""
    return Exact(key(F(field), function), key(Value(value), function))


def of_nearly_that_name(others: QuerySet[Lead], lead: Lead) -> list[Lead]:
    """By either end of the name, and then as a whole."""
    whole = "lead_name_key"
    likeness = TrigramSimilarity(key(F("name"), whole), key(Value(lead.name), whole))
    here = others.filter(country=lead.country).annotate(likeness=likeness)
    found: dict[int, Any] = {}
    for function in ("lead_name_start", "lead_name_end"):
        for other in here.filter(same("name", lead.name, function))[:MOST_LOOKED_AT]:
            found[other.pk] = other
    alike = [other for other in found.values() if other.likeness >= ALIKE]
    return sorted(alike, key=lambda other: -other.likeness)
