"""What staff are told by mail: that somebody wrote, never who or what. A flood of enquiries is no flood of notices."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from enquiries.emails import LEAD_ASSIGNED, MARGIN, STAFF_NOTICE
from enquiries.models import Enquiry, LeadEvent, StaffNotice
from foundation.rows import new_row
from foundation.staff import works_here
from mailings.actions import facts_of_email, queue_email
from mailings.models import OutgoingEmail
from newsletters.models import Subscriber

# Whoever writes twice within an hour is one person to answer.
PAUSE = timedelta(hours=1)
# Long enough for a colleague to hand over a dozen leads, short beside the hours of a first answer.
GATHERED = timedelta(minutes=10)
EVER = datetime(2000, 1, 1, tzinfo=UTC)
# Nobody reads more in an hour; the leads stand on Today all the same.
MOST_NOTICES = 20

About = StaffNotice.About


def tell_of_many() -> None:
    """One notice for all that come in the rest of the hour, once so many told of one each."""
    _queue(About.ENQUIRIES, many_key(timezone.now()))


def tells_of(enquiry: Enquiry, number: int) -> list[Any]:
    """The mail of this number and what it is about, not stored yet; nothing where nobody is to be told."""
    if not settings.STAFF_ALERT_EMAIL:
        return []
    facts = facts_of_email(kind=STAFF_NOTICE, address=settings.STAFF_ALERT_EMAIL)
    outgoing = new_row(OutgoingEmail, pk=number, dedupe_key=f"staff-notice:{enquiry.uuid}", **facts)
    return [outgoing, new_row(StaffNotice, outgoing=outgoing, about=About.ENQUIRY, enquiry=enquiry)]


def tell_of_held() -> None:
    """One notice for all that are held within the hour; it counts them when it is sent."""
    _queue(About.HELD, held_key(timezone.now()))


def many_key(now: datetime) -> str:
    return f"many-notice:{now:%Y-%m-%dT%H}"


def held_key(now: datetime) -> str:
    return f"held-notice:{now:%Y-%m-%dT%H}"


def _queue(about: StaffNotice.About, key: str, **cause: Any) -> None:
    if settings.STAFF_ALERT_EMAIL:
        queue_notice(kind=STAFF_NOTICE, about=about, address=settings.STAFF_ALERT_EMAIL, key=key, **cause)


@transaction.atomic(savepoint=False)
def queue_notice(
    *,
    kind: str,
    about: StaffNotice.About,
    address: str,
    key: str,
    not_before: datetime | None = None,
    **cause: Any,
) -> OutgoingEmail:
    """The mail, and the row that says what it tells of; the same key gives the mail that is already there."""
    outgoing = queue_email(kind=kind, address=address, dedupe_key=key, not_before=not_before)
    StaffNotice.objects.get_or_create(outgoing=outgoing, defaults={"about": about, **cause})
    return outgoing


@transaction.atomic
def tell_of_held_since() -> None:
    """Hourly: whoever was held after the notice of their hour had gone out would else wait for the next flood."""
    told = StaffNotice.objects.filter(about=About.HELD).aggregate(at=Max("outgoing__created_at"))
    since = told["at"] or EVER
    enquiries = Enquiry.objects.held().filter(received_at__gt=since)
    if enquiries.exists() or Subscriber.objects.held().filter(consent__given_at__gt=since).exists():
        tell_of_held()


def tell_owner(owner: Any, event: LeadEvent) -> None:
    """Tells the new owner by a mail that waits for more of the kind, and counts them when it goes out."""
    if owner is None or owner == event.actor or not works_here(owner):
        return
    now = timezone.now()
    notices = OutgoingEmail.objects.to(owner.email).filter(kind=LEAD_ASSIGNED, state=OutgoingEmail.State.QUEUED)
    # One that is about to go out may count before this transaction ends; no lock, for which bulk work would queue up.
    if not notices.filter(next_attempt_at__gt=now + MARGIN).exists():
        queue_notice(
            kind=LEAD_ASSIGNED,
            about=About.OWNER,
            address=owner.email,
            key=f"lead-assigned:{owner.pk}:{event.pk}",
            not_before=now + GATHERED,
            owner=owner,
            event=event,
        )
