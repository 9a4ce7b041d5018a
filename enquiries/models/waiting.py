"""Which leads wait for somebody: what Today and its lists show, and the mail of a morning counts."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from enquiries.models.enquiries import Enquiry
from enquiries.models.leads import Lead, LeadEvent
from enquiries.models.mail_templates import LeadMail
from enquiries.models.packets import PacketDelivery
from mailings.models import OutgoingEmail

# Whoever is merged into somebody may be merged on with them.
LIVES_ON_IN = ("lead__merged_into", "lead__merged_into__merged_into")


def theirs() -> Q:
    """Rows of the lead that an outer row has, and of whom that one lives on in."""
    whose = Q(lead=OuterRef("lead"))
    for survivor in LIVES_ON_IN:
        whose |= Q(lead=OuterRef(survivor))
    return whose


def who_waits_by(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Their leads, and in whom these live on: a merge ends no wait. A union, as Postgres reads all leads for an OR."""
    further = (rows.filter(**{f"{survivor}__isnull": False}).values(survivor) for survivor in LIVES_ON_IN)
    return rows.order_by().values("lead").union(*further)


def mail_failed() -> QuerySet[Lead]:
    """Open leads whose newest packet or mail by staff did not arrive; sending another one takes them off."""
    packets, mails = newest_missed(PacketDelivery.objects.all()), newest_missed(LeadMail.objects.all())
    return Lead.objects.open().filter(pk__in=who_waits_by(packets).union(who_waits_by(mails)))


def newest_missed(sent: QuerySet[Any]) -> QuerySet[Any]:
    later = sent.filter(theirs(), pk__gt=OuterRef("pk"))
    return sent.filter(~Exists(later), outgoing__in=OutgoingEmail.objects.did_not_arrive()).order_by()


def imported() -> Q:
    """Whether a lead came by a list and has asked nothing since, nor did anybody who lives on in it."""
    # What Postgres tries first and finds least often comes first: it keeps this order behind a NOT.
    came = Q(asked_at=None) & Q(Exists(LeadEvent.objects.filter(lead=OuterRef("pk"), kind=LeadEvent.Kind.IMPORTED)))
    own = Exists(Enquiry.objects.filter(lead=OuterRef("pk")))
    # From the merged leads, which are few; enquiries are not.
    merged = Lead.objects.filter(own, merged_into__isnull=False)
    first = Exists(merged.filter(merged_into=OuterRef("pk")))
    second = Exists(merged.filter(merged_into__merged_into=OuterRef("pk")))
    return came & ~Q(own) & ~Q(first) & ~Q(second)


def new_and_unassigned() -> QuerySet[Lead]:
    """Of those who asked: nobody waits behind a list."""
    return Lead.objects.unassigned().filter(~imported(), stage=Lead.Stage.NEW)
