"""Of an issue that is under way: when it ends at this pace, and in words why it is not faster."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import CharField, Count, F, Func, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailings import pace
from mailings.models import BulkPace, OutgoingEmail, SlowProvider
from mailings.models.providers import provider_of
from newsletters.models import Newsletter

# Of fewer, one could be told by the name of a firm or a family; and the slowest say enough.
FEWEST_NAMED, MOST_NAMED = 10, 3


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


def of(newsletter: Newsletter, waiting: int) -> Progress:
    """waiting: how many of its mails do, as its account says."""
    slow = list(_slow(OutgoingEmail.objects.waiting().filter(mailing=newsletter.mailing_id)))
    longest = max([pace.duration(waiting, Newsletter.objects.last_speed()), *(found.duration for found in slow)])
    return Progress(waiting, timezone.now() + longest, [*_shares(), *_told(slow)])


def _slow(mails: QuerySet[OutgoingEmail]) -> Iterator[Slow]:
    """The slowest first."""
    seconds = dict(SlowProvider.objects.standing().values_list("provider", "seconds"))
    waiting = _by_provider(mails) if seconds else Counter()
    found = [Slow(provider, waiting[provider], each) for provider, each in seconds.items() if waiting[provider]]
    yield from sorted(found, key=lambda slow: slow.duration, reverse=True)


def _by_provider(mails: QuerySet[OutgoingEmail]) -> Counter[str]:
    """One look at all that wait, however many providers are slow."""
    domain = Func(F("email"), Value("@"), Value(2), function="split_part", output_field=CharField())
    found: Counter[str] = Counter()
    for name, number in mails.order_by().values_list(domain).annotate(Count("pk")):
        found[provider_of(name)] += number
    return found


def _told(slow: list[Slow]) -> Iterator[str]:
    named = [each for each in slow if each.waiting >= FEWEST_NAMED][:MOST_NAMED]
    yield from map(_in_words, named)
    if others := sum(each.waiting for each in slow if each not in named):
        words = ngettext(
            "%(count)d mail waits for another provider that takes our mail slowly.",
            "%(count)d mails wait for other providers that take our mail slowly.",
            others,
        )
        yield words % {"count": others}


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
        words = ngettext("%(share)d mail may go in a day.", "%(share)d mails may go in a day.", day)
        yield words % {"share": settings.BULK_PER_DAY}
    if hour:
        words = ngettext("%(share)d mail may go in an hour.", "%(share)d mails may go in an hour.", hour)
        yield words % {"share": hour}
    if second:
        words = ngettext("%(share)d mail may go in a second.", "%(share)d mails may go in a second.", second)
        yield words % {"share": second}
