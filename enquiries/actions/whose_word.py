"""What somebody said while two leads were one was written down for both. Taken apart again, it is the word of one."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries import stops
from enquiries.models import EndedConsent, Lead, LeadEvent, not_undone
from foundation.actors import Actor
from foundation.tokens import hash_address
from mailings.actions import lift_suppression
from mailings.models import Suppression
from newsletters.actions import read_on

Kind = LeadEvent.Kind


class Whose(models.TextChoices):
    KEPT = "kept", _("of the one that it was merged into")
    TAKEN_OUT = "taken_out", _("of the one that is taken out")
    BOTH = "both", _("nobody knows: it goes on counting for both")


def said_since(merges: list[LeadEvent], above: list[Lead]) -> list[LeadEvent]:
    """That they want no contact, no packet or no mail at all, as one with it; with whom it was merged into.

    merges: by which it became one with each of those. What one of them said before is their own word alone.
    """
    as_one, since = Q(pk__in=[]), 0
    for merge, lead in zip(merges, above, strict=True):
        since = max(since, merge.pk)
        as_one |= Q(lead=lead, pk__gt=since)
    said = Q(kind=Kind.CONSENT_ENDED) | stops.closed_because_asked()
    return list(not_undone(LeadEvent.objects.filter(as_one, said)).order_by("pk"))


def give_back(leads: list[Lead], said: list[LeadEvent], by: Actor) -> None:
    """To those who never said so."""
    EndedConsent.objects.filter(event__in=said, consent__contact_enquiries__lead__in=leads).delete()
    closings = [event.at for event in said if event.kind != Kind.CONSENT_ENDED]
    for address in filter(None, (lead.email for lead in leads)) if closings else []:
        _let_mail_go(address, min(closings), by)


def _let_mail_go(address: str, since: datetime, by: Actor) -> None:
    """What stood before it was said, and what was said by a mail to that address, is their own."""
    standing = Suppression.objects.standing().filter(address_hash=hash_address(address), created_at__gte=since)
    for stop in standing.filter(reason=Suppression.Reason.ASKED_TO_STOP):
        lift_suppression(suppression=stop, by=by)
        read_on(address=address, since=stop.created_at)
