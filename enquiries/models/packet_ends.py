"""Until when a word to staff takes back what somebody asked for, and who took back that they want the packet.

By events and not by the consent, of which one row may be about being contacted as well (up to 0.4).
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from enquiries.models.contact import roots_of
from enquiries.models.enquiries import Enquiry
from enquiries.models.leads import Lead, LeadEvent
from foundation.models import ClinicProfile

Kind = LeadEvent.Kind
PACKET = "packet"


def heard_until(said_on: date, at: datetime, zone: ZoneInfo) -> datetime:
    """What they ask for on a later day than they said it stands, though staff write it down (at) later still.

    What they asked for on the same day does not: nobody knows which came first, and silence harms less.
    """
    return min(at, datetime.combine(said_on + timedelta(days=1), time(), tzinfo=zone))


def taken_back_until(event: LeadEvent, zone: ZoneInfo) -> datetime:
    return heard_until(date.fromisoformat(event.data["said_on"]), event.at, zone)


def ended_packets(leads: Iterable[int]) -> dict[int, LeadEvent]:
    """By number, with what those said who were merged into them: what ended it, and was not asked for again since."""
    whose = roots_of(leads)
    said = LeadEvent.objects.filter(lead__in=whose, kind=Kind.CONSENT_ENDED, data__about=PACKET).select_related("actor")
    if not said:
        return {}
    zone = ClinicProfile.objects.current().zone
    ended = _last(sorted(said, key=lambda event: taken_back_until(event, zone)), whose)
    queued = _last(LeadEvent.objects.filter(lead__in=whose, kind=Kind.PACKET_QUEUED).order_by("pk"), whose)
    return {
        root: event
        for root, event in ended.items()
        if not (root in queued and queued[root].pk > event.pk)
        and not _asked_after(taken_back_until(event, zone), root, whose)
    }


def ended_packet(lead: Lead) -> LeadEvent | None:
    return ended_packets([lead.pk]).get(lead.pk)


def _last(events: Iterable[LeadEvent], whose: dict[int, set[int]]) -> dict[int, LeadEvent]:
    return {root: event for event in events for root in whose[event.lead_id]}


def _asked_after(moment: datetime, root: int, whose: dict[int, set[int]]) -> bool:
    family = [member for member, roots in whose.items() if root in roots]
    return Enquiry.objects.filter(lead__in=family, consent_packet__isnull=False, received_at__gt=moment).exists()
