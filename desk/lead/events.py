"""The rows of a timeline."""

from functools import cache

from django.db.models import BigIntegerField, JSONField, QuerySet, UUIDField
from psycopg.types.json import Jsonb

from enquiries.models import Lead, LeadEvent
from foundation.prepared import Blank, Rows, Several
from mailings.models import OutgoingEmail

MERGES = (LeadEvent.Kind.MERGED, LeadEvent.Kind.UNMERGED)


def events_of(family: list[Lead], newest: int | None) -> list[LeadEvent]:
    """Of a lead and of those merged into it, the newest first; newest: how many, None for all."""
    return events_asked(newest).ask(family=[member.pk for member in family], merged=Jsonb(family[0].pk))


@cache
def events_asked(newest: int | None) -> Rows:
    return Rows(lambda: events()[:newest])


def events() -> QuerySet[LeadEvent]:
    """Merges stand with the survivor, and belong to the other one's story too."""
    merges = LeadEvent.objects.filter(kind__in=MERGES, data__merged=Blank("merged", JSONField()))
    return LeadEvent.objects.of(Several("family", BigIntegerField()), merges).select_related("actor", "enquiry")


MAILS = Rows(
    lambda: OutgoingEmail.objects.filter(uuid__in=Several("uuids", UUIDField())).order_by().only("uuid", "state")
)


def mails_of(events: list[LeadEvent]) -> dict[str, OutgoingEmail]:
    """The mails that events name, by uuid."""
    named = {event.data["outgoing"] for event in events if "outgoing" in event.data}
    return {str(mail.uuid): mail for mail in MAILS.ask(uuids=list(named))} if named else {}
