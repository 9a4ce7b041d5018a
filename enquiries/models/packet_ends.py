"""Who took back that they want the information packet, on their own word to staff.

By events and not by the consent, of which one row may be about being contacted as well (up to 0.4).
"""

from collections.abc import Iterable
from typing import Any

from enquiries.models.contact import roots_of
from enquiries.models.enquiries import Enquiry
from enquiries.models.leads import Lead, LeadEvent

Kind = LeadEvent.Kind
PACKET = "packet"


def ended_packets(leads: Iterable[int]) -> dict[int, LeadEvent]:
    """By number, with what those said who were merged into them: what ended it, and was not asked for again since."""
    whose = roots_of(leads)
    ended = _newest(LeadEvent.objects.filter(lead__in=whose, kind=Kind.CONSENT_ENDED, data__about=PACKET), whose)
    if not ended:
        return {}
    queued = _newest(LeadEvent.objects.filter(lead__in=whose, kind=Kind.PACKET_QUEUED), whose)
    return {
        root: event
        for root, event in ended.items()
        if not (root in queued and queued[root].pk > event.pk) and not _asked_since(event, root, whose)
    }


def ended_packet(lead: Lead) -> LeadEvent | None:
    return ended_packets([lead.pk]).get(lead.pk)


def _newest(events: Any, whose: dict[int, set[int]]) -> dict[int, LeadEvent]:
    in_order = events.select_related("actor").order_by("pk")
    return {root: event for event in in_order for root in whose[event.lead_id]}


def _asked_since(event: LeadEvent, root: int, whose: dict[int, set[int]]) -> bool:
    family = [member for member, roots in whose.items() if root in roots]
    asked = Enquiry.objects.filter(lead__in=family, consent_packet__isnull=False, received_at__gt=event.at)
    return asked.exists()
