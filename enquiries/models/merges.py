"""With whom a lead lived on, when, and what it had from them: what the events of merges and their undoing say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from enquiries.models.lead_events import LeadEvent
from enquiries.models.leads import Lead

Kind = LeadEvent.Kind
ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


class Together(NamedTuple):
    """For this long a lead was one with another, whose number this is."""

    lead: int
    since: datetime
    until: datetime

    @property
    def span(self) -> tuple[datetime, datetime]:
        return (self.since, self.until)


def together(lead: int, span: tuple[datetime, datetime] = ALWAYS) -> Iterator[Together]:
    """Also with whom those were merged in their turn, for as long as both merges stood."""
    for merge in merges_of(lead):
        since, until = max(merge.since, span[0]), min(merge.until, span[1])
        if since < until:
            yield Together(merge.lead, since, until)
            yield from together(merge.lead, (since, until))


def merges_of(lead: int) -> list[Together]:
    """One after the other; the last may not have been undone."""
    found: list[Together] = []
    for event in LeadEvent.objects.filter(kind__in=[Kind.MERGED, Kind.UNMERGED], data__merged=lead).order_by(
        "at", "pk"
    ):
        if event.kind == Kind.MERGED:
            found.append(Together(event.lead_id, event.at, ALWAYS[1]))
        elif found:
            found[-1] = found[-1]._replace(until=event.at)
    return found


# What is chosen of a lead, by the column that holds it.
CHOSEN = {"name": "name", "phone": "phone", "country": "country", "call_hours": "call_hours", "owner": "owner_id"}


def choices(lead: Lead) -> QuerySet[LeadEvent]:
    """Of merges that stand, in which it took something from the other one. Newest first."""
    undone = LeadEvent.objects.filter(
        kind=Kind.UNMERGED, data__merged=OuterRef("data__merged"), pk__gt=OuterRef("pk")
    ).order_by()
    return lead.events.filter(~Exists(undone), kind=Kind.MERGED, data__has_key="took").order_by("-pk")


def borrowed(lead: Lead) -> dict[str, LeadEvent]:
    """By field, the merge from which it has its present value: what it took is still there, and so is whose it is."""
    found: dict[str, LeadEvent] = {}
    events = list(choices(lead))
    family = {member.pk: member for member in lead.family()} if events else {}
    for event in events:
        for field, whose in event.data["took"].items():
            column = CHOSEN[field]
            if whose in family and getattr(family[whose], column) == getattr(lead, column):
                found.setdefault(field, event)
    return found
