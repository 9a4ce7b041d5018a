"""Which leads wait for somebody: what Today and its lists show, and the mail of a morning counts."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from enquiries.models.leads import Lead, LeadEvent
from enquiries.models.mail_templates import LeadMail
from enquiries.models.packets import PacketDelivery
from mailings.models import OutgoingEmail


def mail_failed() -> QuerySet[Lead]:
    """Open leads whose newest packet or mail by staff did not arrive; sending another one takes them off."""
    # A union, since Postgres would look at every open lead for an OR.
    missed = newest_missed(PacketDelivery.objects.all()).union(newest_missed(LeadMail.objects.all()))
    return Lead.objects.open().filter(pk__in=missed)


def newest_missed(sent: QuerySet[Any]) -> QuerySet[Any]:
    later = sent.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"))
    missed = sent.filter(~Exists(later), outgoing__in=OutgoingEmail.objects.did_not_arrive())
    return missed.order_by().values("lead")


def imported() -> Q:
    """Whether a lead came by a list and has asked nothing since."""
    return Q(Exists(LeadEvent.objects.filter(lead=OuterRef("pk"), kind=LeadEvent.Kind.IMPORTED)), asked_at=None)


def new_and_unassigned() -> QuerySet[Lead]:
    """Of those who asked: nobody waits behind a list."""
    return Lead.objects.unassigned().filter(~imported(), stage=Lead.Stage.NEW)
