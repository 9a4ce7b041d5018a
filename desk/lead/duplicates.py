"""Who else may be the same person: suggestions, which link nothing by themselves.

Each question is one look into an index and ends after a number of rows, so that a page costs the same among a million.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import BigIntegerField, F, Func, QuerySet, TextField
from django.db.models.lookups import Exact
from django.http import HttpRequest
from django.utils.translation import gettext as _

from enquiries.actions.merging import may_be_undone
from enquiries.models import Lead, LeadEvent
from foundation.prepared import Blank, Rows

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
    known = {lead.pk, *TOLD_APART.ask(lead=lead.pk)}
    found: dict[int, Suggestion] = {}
    for why, leads in questions(lead):
        # Whoever was merged lives on in somebody else.
        for other in (one.survivor() for one in leads):
            if other.pk not in known and len(found) < MOST:
                found.setdefault(other.pk, Suggestion(other, why))
    return list(found.values())


def told_apart() -> QuerySet[Any]:
    told = LeadEvent.objects.filter(lead=Blank("lead", BigIntegerField()), kind=LeadEvent.Kind.TOLD_APART)
    return told.order_by().values_list("data__other", flat=True)


def others() -> QuerySet[Lead]:
    return Lead.objects.filter(erased_at=None).select_related("merged_into").order_by()


def questions(lead: Lead) -> Iterator[tuple[str, list[Lead]]]:
    if lead.email:
        yield _("nearly the same address"), SAME_ADDRESS.ask(email=lead.email)
    if sum(letter.isdecimal() for letter in lead.phone) >= FEWEST_DIGITS:
        yield _("the same telephone number"), SAME_NUMBER.ask(phone=lead.phone)
    if lead.name and lead.country:
        yield _("nearly the same name, from the same country"), of_nearly_that_name(lead)


def key(value: Any, function: str) -> Any:
    return Func(value, function=function, output_field=TextField())


def same(field: str, function: str) -> Exact:
    """What the indexes of the migration 0015 are made of."""
    return Exact(key(F(field), function), key(Blank(field, TextField()), function))


def of_that_end_of_a_name(function: str) -> QuerySet[Lead]:
    whole = "lead_name_key"
    likeness = TrigramSimilarity(key(F("name"), whole), key(Blank("name", TextField()), whole))
    here = others().filter(same("name", function), country=Blank("country", TextField()))
    return here.annotate(likeness=likeness)[:MOST_LOOKED_AT]


TOLD_APART = Rows(told_apart)
SAME_ADDRESS = Rows(lambda: others().filter(same("email", "lead_mailbox"))[: 2 * MOST])
SAME_NUMBER = Rows(lambda: others().exclude(phone="").filter(same("phone", "lead_phone_end"))[: 2 * MOST])
ENDS_OF_NAMES = [Rows(partial(of_that_end_of_a_name, end)) for end in ("lead_name_start", "lead_name_end")]


def of_nearly_that_name(lead: Lead) -> list[Lead]:
    """By either end of the name, and then as a whole."""
    found: dict[int, Any] = {}
    for rows in ENDS_OF_NAMES:
        for other in rows.ask(name=lead.name, country=lead.country):
            found[other.pk] = other
    alike = [other for other in found.values() if other.likeness >= ALIKE]
    return sorted(alike, key=lambda other: -other.likeness)
