"""Mails to staff that a packet did not arrive: one each, and for many at once one an hour."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from enquiries.emails import MANY_FAILED, ONE_FAILED, PACKET_FAILED
from mailings.actions import queue_email
from mailings.models import MailEvent, OutgoingEmail

# More within an hour have one cause, and so many notices have told of it.
MOST_NOTICES = 20
HOUR = timedelta(hours=1)


def tell_of_failure(outgoing: OutgoingEmail) -> None:
    """Once for each time that staff let it go: who sends it again must hear when that failed too."""
    address = settings.STAFF_ALERT_EMAIL
    times = outgoing.events.filter(kind=MailEvent.Kind.REQUEUED).count()
    own_key = f"{ONE_FAILED}{outgoing.uuid}:{times}"
    if not address or OutgoingEmail.objects.filter(dedupe_key=own_key).exists():
        return
    now = timezone.now()
    notices = OutgoingEmail.objects.to(address).filter(kind=PACKET_FAILED, created_at__gt=now - HOUR)
    key = own_key if notices.count() < MOST_NOTICES else f"{MANY_FAILED}{now:%Y-%m-%dT%H}"
    queue_email(kind=PACKET_FAILED, address=address, dedupe_key=key)
