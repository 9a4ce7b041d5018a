"""Until when a word to staff takes back what somebody asked for, and who took back that they want the packet.

By events and not by the consent, of which one row may be about being contacted as well (up to 0.4).
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from enquiries.models.contact import roots_of, whose_words
from enquiries.models.enquiries import Enquiry
from enquiries.models.lead_events import LeadEvent
from enquiries.models.leads import Lead
from foundation.models import ClinicProfile
from foundation.prepared import Rows, Several

Kind = LeadEvent.Kind
PACKET = "packet"
# What staff type has no seconds, and of what came in the same minute nobody knows which was first.
MINUTE = timedelta(minutes=1)


def heard_until(said_on: date, said_at: datetime | None, at: datetime, zone: ZoneInfo) -> datetime:
    """What they ask for later than they said it stands, though staff write it down (at) later still.

    Where nobody says at what time, not what they asked for on the same day: silence harms less.
    """
    end = said_at + MINUTE if said_at else datetime.combine(said_on + timedelta(days=1), time(), tzinfo=zone)
    return min(at, end)


def taken_back_until(event: LeadEvent, zone: ZoneInfo) -> datetime:
    return heard_until(date.fromisoformat(event.data["said_on"]), said_at(event), event.at, zone)


def said_at(event: LeadEvent) -> datetime | None:
    """Where its time of day was asked for."""
    return datetime.fromisoformat(event.data["said_at"]) if "said_at" in event.data else None


def not_undone(said: QuerySet[LeadEvent]) -> QuerySet[LeadEvent]:
    """Of words that end something, those that were not written down by a slip."""
    undone = LeadEvent.objects.filter(kind=Kind.END_UNDONE, lead__in=said.order_by().values("lead")).order_by()
    return said.exclude(pk__in=undone.values(undoes=Cast(KeyTextTransform("undoes", "data"), BigIntegerField())))


def ends() -> QuerySet[LeadEvent]:
    leads = Several("leads", BigIntegerField())
    told = LeadEvent.objects.filter(lead__in=leads, kind=Kind.CONSENT_ENDED, data__about=PACKET)
    return not_undone(told).select_related("actor")


ENDS = Rows(ends)


def ended_packets(leads: Iterable[int]) -> dict[int, LeadEvent]:
    """By number, with what those said who were merged into them: what ended it, and was not asked for again since."""
    return _ended(roots_of(leads))


def _ended(whose: dict[int, set[int]]) -> dict[int, LeadEvent]:
    said = ENDS.ask(leads=list(whose))
    if not said:
        return {}
    zone = ClinicProfile.objects.current().zone
    ended = _last(sorted(said, key=lambda event: taken_back_until(event, zone)), whose)
    return {
        root: event
        for root, event in ended.items()
        if not _asked_after(taken_back_until(event, zone), [one for one, roots in whose.items() if root in roots])
    }


def ended_packet(lead: Lead, family: list[Lead] | None = None) -> LeadEvent | None:
    """family: where it was asked for already."""
    return _ended(whose_words(lead, family)).get(lead.pk)


def _last(events: Iterable[LeadEvent], whose: dict[int, set[int]]) -> dict[int, LeadEvent]:
    return {root: event for event in events for root in whose[event.lead_id]}


def _asked_after(moment: datetime, family: list[int]) -> bool:
    """By the form, or by a word to staff."""
    asked = LeadEvent.objects.filter(lead__in=family, kind=Kind.PACKET_ASKED)
    by_word: list[Any] = [said_at(event) or event.at for event in asked]
    by_form = Enquiry.objects.filter(lead__in=family, consent_packet__isnull=False, received_at__gt=moment)
    return any(at > moment for at in by_word) or by_form.exists()
