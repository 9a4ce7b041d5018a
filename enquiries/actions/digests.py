"""The mail of a morning: on days when the clinic is open, once for each who wants it, and none where nothing waits."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from enquiries.emails import DIGEST, digest_figures
from enquiries.models import Digest, DigestReader, digest_readers
from foundation.models import ClinicProfile
from mailings.actions import queue_email
from mailings.models import OutgoingEmail

# Before the doors open, and never in the night of a clinic that is always open.
BEFORE_OPENING = timedelta(hours=1)
EARLIEST = timedelta(hours=7)
# Whoever opens it later has seen Today by then.
LONGEST = timedelta(hours=4)


def choose_digest(*, account: Any, wanted: bool) -> None:
    """Their own choice, for themselves alone."""
    if wanted:
        DigestReader.objects.get_or_create(account=account)
    else:
        DigestReader.objects.filter(account=account).delete()


def write_digests() -> None:
    """May come as often as it likes: a day has one for each account."""
    today = ClinicProfile.objects.current().today()
    if not is_morning():
        return
    for account in digest_readers().order_by("pk"):
        if digest_figures(account):
            write_digest(account=account, day=today)


def is_morning() -> bool:
    """By the clinic's clock, and on a day on which it opens."""
    profile = ClinicProfile.objects.current()
    now = timezone.localtime(timezone=profile.zone)
    open_spans = profile.business_hours().on(now.date())
    if not open_spans:
        return False
    begins = max(open_spans[0][0] - BEFORE_OPENING, EARLIEST)
    since_midnight = timedelta(hours=now.hour, minutes=now.minute)
    return begins <= since_midnight < begins + LONGEST


@transaction.atomic
def write_digest(*, account: Any, day: date) -> OutgoingEmail:
    key = f"{DIGEST}:{account.pk}:{day}"
    outgoing = queue_email(kind=DIGEST, address=account.email, dedupe_key=key)
    Digest.objects.get_or_create(account=account, day=day, defaults={"outgoing": outgoing})
    return outgoing
