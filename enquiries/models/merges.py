"""With whom a lead lived on, and when: what the events of merges and their undoing say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from enquiries.models.leads import LeadEvent

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
