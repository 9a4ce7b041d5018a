"""Which leads wait for somebody: what Today and its lists show, and the mail of a morning counts."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.lookups import Exact

from enquiries.models.enquiries import Enquiry
from enquiries.models.lead_events import LeadEvent
from enquiries.models.leads import Lead
from enquiries.models.mail_templates import LeadMail
from enquiries.models.packets import PacketDelivery
from mailings.models import OutgoingEmail


class IsOneOf(Func):
    """Of two leads, whether the second is the first, or lives on in it."""

    template = "(%(expressions)s)))"
    arg_joiner = " = ANY(lives_on_in("
    output_field = BooleanField()


class IsAnyOf(Func):
    """Whether a number is in an array, of which some may be NULL."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def theirs() -> Q:
    """Rows of the lead that an outer row has, and of all whom that one lives on in."""
    return Q(IsOneOf(F("lead"), OuterRef("lead")))


class EachOf(Func):
    """Whom a lead lives on in, and itself: a row for each."""

    template = "unnest(lives_on_in(%(expressions)s))"
    output_field = BigIntegerField()
    set_returning = True


def who_waits_by(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Their leads, and in whom these live on: a merge ends no wait."""
    return rows.order_by().values(lives_on_in=EachOf(F("lead")))


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
    # Nobody was merged into most; to look through a family takes longer. Told twice, as Postgres reads all leads else.
    has_others = Exists(Lead.objects.filter(merged_into=OuterRef("pk"), merged_into__isnull=False))
    asked = Func(F("pk"), function="asked_as_another", output_field=BooleanField())
    return came & ~Q(own) & ~(Q(has_others) & Q(Exact(asked, Value(True))))


def new_and_unassigned() -> QuerySet[Lead]:
    """Of those who asked: nobody waits behind a list."""
    return Lead.objects.unassigned().filter(~imported(), stage=Lead.Stage.NEW)
