"""Which leads wait for somebody: what Today and its lists show, and the mail of a morning counts."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from enquiries.models.enquiries import Enquiry
from enquiries.models.leads import Lead, LeadEvent
from enquiries.models.mail_templates import LeadMail
from enquiries.models.packets import PacketDelivery
from mailings.models import OutgoingEmail

# Whoever is merged into somebody may be merged on with them.
LIVES_ON_IN = ("lead__merged_into", "lead__merged_into__merged_into")


class IsAnyOf(Func):
    """Whether a number is in an array, of which some may be NULL."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class Numbers(Func):
    template = "ARRAY[%(expressions)s]"
    output_field = ArrayField(BigIntegerField())


def theirs() -> Q:
    """Rows of the lead that an outer row has, and of whom that one lives on in. As an OR it is planned for longer."""
    return Q(IsAnyOf(F("lead"), Numbers(*map(OuterRef, ("lead", *LIVES_ON_IN)))))


def who_waits_by(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Their leads, or in whom these live on by now: a merge ends no wait."""
    return rows.order_by().values(whose=Coalesce(*reversed(("lead", *LIVES_ON_IN))))


def mail_failed() -> QuerySet[Lead]:
    """Open leads whose newest packet or mail by staff did not arrive; sending another one takes them off."""
    packets, mails = newest_missed(PacketDelivery.objects.all()), newest_missed(LeadMail.objects.all())
    whose = who_waits_by(packets).union(who_waits_by(mails))
    # As an array, since for a join Postgres reads all that are open.
    return Lead.objects.open().filter(IsAnyOf(F("pk"), ArraySubquery(whose)))


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
