"""What staff are told by mail: that somebody wrote, never who or what. A flood of enquiries is no flood of notices."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from enquiries.emails import ASSIGNED, HELD_NOTICE, LEAD_ASSIGNED, MANY_NOTICE, MARGIN, NEW_NOTICE, STAFF_NOTICE
from enquiries.models import Enquiry, LeadEvent
from foundation.staff import works_here
from mailings.actions import queue_email
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber

# Whoever writes twice within an hour is one person to answer.
PAUSE = timedelta(hours=1)
# Long enough for a colleague to hand over a dozen leads, short beside the hours of a first answer.
GATHERED = timedelta(minutes=10)
EVER = datetime(2000, 1, 1, tzinfo=UTC)
# Nobody reads more in an hour; the leads stand on Today all the same.
MOST_NOTICES = 20


def notify_staff(enquiry: Enquiry) -> None:
    """Call it under lock_address of the enquiry."""
    if enquiry.lead is None:
        _tell_of_held()
    elif not _was_told_of(enquiry):
        _queue(_many() or f"{NEW_NOTICE}{enquiry.uuid}")


def _many() -> str:
    """One notice for all that come in the rest of the hour, once so many told of one each."""
    now = timezone.now()
    told = OutgoingEmail.objects.filter(dedupe_key__startswith=NEW_NOTICE, kind=STAFF_NOTICE)
    recent = told.to(settings.STAFF_ALERT_EMAIL).filter(created_at__gt=now - PAUSE)
    return f"{MANY_NOTICE}{now:%Y-%m-%dT%H}" if recent.count() >= MOST_NOTICES else ""


def _was_told_of(enquiry: Enquiry) -> bool:
    accepted = Enquiry.objects.filter(email=enquiry.email, verdict=Enquiry.Verdict.ACCEPTED)
    recent = accepted.filter(received_at__gt=timezone.now() - PAUSE).values_list("uuid", flat=True)
    return OutgoingEmail.objects.filter(dedupe_key__in=[f"{NEW_NOTICE}{uuid}" for uuid in recent]).exists()


def _tell_of_held() -> None:
    """One notice for all that are held within the hour; it counts them when it is sent."""
    _queue(f"{HELD_NOTICE}{timezone.now():%Y-%m-%dT%H}")


def _queue(dedupe_key: str) -> None:
    if settings.STAFF_ALERT_EMAIL:
        queue_email(kind=STAFF_NOTICE, address=settings.STAFF_ALERT_EMAIL, dedupe_key=dedupe_key)


@transaction.atomic
def tell_of_held_since() -> None:
    """Hourly: whoever was held after the notice of their hour had gone out would else wait for the next flood."""
    notices = OutgoingEmail.objects.filter(dedupe_key__startswith=HELD_NOTICE)
    last = notices.order_by("-created_at").first()
    since = last.created_at if last else EVER
    enquiries = Enquiry.objects.held().filter(received_at__gt=since)
    if enquiries.exists() or Subscriber.objects.held().filter(consent__given_at__gt=since).exists():
        _tell_of_held()


def tell_owner(owner: Any, event: LeadEvent) -> None:
    """Tells the new owner by a mail that waits for more of the kind, and counts them when it goes out."""
    if owner is None or owner == event.actor or not works_here(owner):
        return
    now = timezone.now()
    notices = OutgoingEmail.objects.to(owner.email).filter(kind=LEAD_ASSIGNED, state=OutgoingEmail.State.QUEUED)
    # One that is about to go out may count before this transaction ends; no lock, for which bulk work would queue up.
    if not notices.filter(next_attempt_at__gt=now + MARGIN).exists():
        key = f"{ASSIGNED}{owner.pk}:{event.pk}"
        queue_email(kind=LEAD_ASSIGNED, address=owner.email, dedupe_key=key, not_before=now + GATHERED)
