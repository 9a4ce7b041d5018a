"""Mails to staff that a packet did not arrive: one each, and for many at once one an hour."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from enquiries.actions.notices import queue_notice
from enquiries.emails import PACKET_FAILED
from enquiries.models import PacketDelivery, StaffNotice
from mailings.models import MailEvent, OutgoingEmail

# More within an hour have one cause, and so many notices have told of it.
MOST_NOTICES = 20
HOUR = timedelta(hours=1)

About = StaffNotice.About


def tell_of_failure(delivery: PacketDelivery) -> None:
    """Once for each time that staff let it go: who sends it again must hear when that failed too."""
    address, let_go = settings.STAFF_ALERT_EMAIL, delivery.outgoing.events.filter(kind=MailEvent.Kind.REQUEUED)
    last = let_go.aggregate(at=Max("at"))["at"] or delivery.created_at
    told = delivery.notices.filter(about=About.PACKET, outgoing__created_at__gte=last)
    if not address or told.exists():
        return
    now = timezone.now()
    if OutgoingEmail.objects.to(address).filter(kind=PACKET_FAILED, created_at__gt=now - HOUR).count() < MOST_NOTICES:
        key = f"packet-failed:{delivery.outgoing.uuid}:{let_go.count()}"
        queue_notice(kind=PACKET_FAILED, about=About.PACKET, address=address, key=key, delivery=delivery)
    else:
        key = f"packets-failed:{now:%Y-%m-%dT%H}"
        queue_notice(kind=PACKET_FAILED, about=About.PACKETS, address=address, key=key)
