"""Of an issue that is under way: when it ends at this pace, and in words why it is not faster."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailings import pace
from mailings.models import BulkPace, OutgoingEmail, SlowProvider
from mailings.models.providers import behind
from newsletters.models import Newsletter


class Progress(NamedTuple):
    waiting: int
    ends_at: datetime
    reasons: list[str]


class Slow(NamedTuple):
    provider: str
    waiting: int
    seconds: float

    @property
    def duration(self) -> timedelta:
        """As if it stayed as slow; it mostly gets faster."""
        return timedelta(seconds=self.waiting * self.seconds)


def of(newsletter: Newsletter) -> Progress:
    mails = OutgoingEmail.objects.waiting().filter(mailing=newsletter.mailing_id)
    waiting, slow = mails.count(), list(_slow(mails))
    longest = max([pace.duration(waiting, Newsletter.objects.last_speed()), *(found.duration for found in slow)])
    return Progress(waiting, timezone.now() + longest, [*_shares(), *map(_in_words, slow)])


def _slow(mails: QuerySet[OutgoingEmail]) -> Iterator[Slow]:
    for found in SlowProvider.objects.standing():
        if waiting := mails.filter(behind([found.provider])).count():
            yield Slow(found.provider, waiting, found.seconds)


def _in_words(slow: Slow) -> str:
    words = ngettext(
        "%(provider)s takes our mail slowly. %(count)d mail there waits, and one goes every %(seconds)d seconds.",
        "%(provider)s takes our mail slowly. %(count)d mails there wait, and one goes every %(seconds)d seconds.",
        slow.waiting,
    )
    return words % {"provider": slow.provider, "count": slow.waiting, "seconds": max(1, round(slow.seconds))}


def _shares() -> Iterator[str]:
    second, hour, day = pace.limits()
    ramp = pace.share_of_new_sender()
    if BulkPace.objects.is_closed(timezone.now()):
        yield _("What may go in this hour or day has gone. The rest follows by itself.")
    if ramp and ramp == day:
        yield _("The sender is new: %(share)d mails may go in a day now, and the next day twice as many.") % {
            "share": ramp
        }
    elif day:
        yield _("%(share)d mails may go in a day (BULK_PER_DAY).") % {"share": settings.BULK_PER_DAY}
    if hour:
        yield _("%(share)d mails may go in an hour (BULK_PER_HOUR).") % {"share": hour}
    if second:
        yield _("%(share)d mails may go in a second (BULK_PER_SECOND).") % {"share": second}
