"""The mail of a morning: on days when the clinic is open, once for each who wants it, and none where nothing waits."""

import logging
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from enquiries.emails import DIGEST, any_waits, waiting_for, waiting_for_all
from enquiries.models import Digest, DigestReader, digest_readers
from foundation.models import ClinicProfile
from foundation.outage import OUTAGES
from mailings.actions import queue_email
from mailings.models import OutgoingEmail

logger = logging.getLogger(__name__)
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
    have_theirs = Digest.objects.filter(day=today).values("account")
    accounts = list(digest_readers().exclude(pk__in=have_theirs).order_by("pk"))
    # Once for all, and not at all once everybody has theirs.
    all_have_some = bool(accounts) and any_waits(waiting_for_all())
    for account in accounts:
        try:
            _write_if_wanted(account, today, all_have_some)
        except Exception as error:  # whatever is wrong with one, the others get theirs
            if isinstance(error, OUTAGES):
                raise
            logger.exception("the morning mail of account %s could not be written", account.pk)


@transaction.atomic
def _write_if_wanted(account: Any, day: date, all_have_some: bool) -> None:
    if all_have_some or any_waits(waiting_for(account)):
        write_digest(account=account, day=day)


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
