"""What somebody said while two leads were one was written down for both. Taken apart again, it is the word of one."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries import stops
from enquiries.actions.events import note_event
from enquiries.models import EndedConsent, Lead, LeadEvent, not_undone
from foundation.actors import Actor
from foundation.tokens import hash_address
from mailings.actions import lift_suppression
from mailings.models import Suppression
from newsletters.actions import read_on

Kind = LeadEvent.Kind
# Of the event of a word: what it is about, and when it was said.
OF_THE_WORD = ("about", "consent", "said_on", "said_at")


class Whose(models.TextChoices):
    KEPT = "kept", _("of the one that it was merged into")
    TAKEN_OUT = "taken_out", _("of the one that is taken out")
    BOTH = "both", _("nobody knows: it goes on counting for both")


def said_since(merge: LeadEvent, above: list[Lead]) -> list[LeadEvent]:
    """That they want no contact, no packet or no mail at all, since the merge; with whom it was merged into."""
    said = Q(kind=Kind.CONSENT_ENDED) | stops.closed_because_asked()
    return list(not_undone(LeadEvent.objects.filter(said, lead__in=above, pk__gt=merge.pk)).order_by("pk"))


def give_each_their_own(
    said: list[LeadEvent], whose: str, *, lead: Lead, survivor: Lead, since: datetime, by: Actor
) -> None:
    if whose != Whose.KEPT:
        _tell_of(lead, said, by)
    if whose != Whose.BOTH:
        _give_back((lead if whose == Whose.KEPT else survivor).family(), said, since, by)


def _tell_of(lead: Lead, said: list[LeadEvent], by: Actor) -> None:
    """Its own timeline has it, too, by which what comes later is held against it. Without the words of the other's.

    Nor with the wait and the plan that it ended, which were the other's: undone as a slip, it would give them back.
    """
    for event in said:
        if event.kind == Kind.CONSENT_ENDED:
            told = {name: found for name, found in event.data.items() if name in OF_THE_WORD}
            own = note_event(lead, Kind.CONSENT_ENDED, by=by, at=event.at, **told)
            ended = EndedConsent.objects.filter(event=event, consent__contact_enquiries__lead__in=lead.family())
            # What is undone with either as a slip is its own.
            EndedConsent.objects.filter(pk__in=[*ended.values_list("pk", flat=True)]).update(event=own)


def _give_back(leads: list[Lead], said: list[LeadEvent], since: datetime, by: Actor) -> None:
    EndedConsent.objects.filter(event__in=said, consent__contact_enquiries__lead__in=leads).delete()
    if any(event.kind != Kind.CONSENT_ENDED for event in said):
        for address in filter(None, (lead.email for lead in leads)):
            _let_mail_go(address, since, by)


def _let_mail_go(address: str, since: datetime, by: Actor) -> None:
    """What stood before the merge, and what was said by a mail to that address, is their own."""
    standing = Suppression.objects.standing().filter(address_hash=hash_address(address), created_at__gte=since)
    for stop in standing.filter(reason=Suppression.Reason.ASKED_TO_STOP):
        lift_suppression(suppression=stop, by=by)
        read_on(address=address, since=stop.created_at)
