"""When a mail to many may go: never faster than the limits, and behind whatever somebody waits for."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from foundation.models import ClinicProfile
from foundation.outage import OUTAGES
from mailings.models import BulkDay, OutgoingEmail, SlowProvider
from mailings.models.providers import provider_of

# Whoever wakes later, in seconds, lets its slot lie: it is nobody's for so much longer than a mail is on the wire.
MOST_LATE = 5
# What the way to the mail server and back adds to the second for which each slot rests, of a mail server nearby.
APART = 1.1
# The answer came before we read it; what is added is for clocks that do not run alike.
SECONDS_OF_REST = 1.02
# Whoever finds none each time leaves it to others; the next sweep finds the mail.
MOST_ASKED = 3
# Asked before a mail to many, and no oftener: a packet waits a second longer for a worker that is among newsletters.
SECONDS_BETWEEN_LOOKS = 1.0
# Where nobody has set a limit or sent an issue yet: what one process does on a small machine, with much to spare.
USUAL_PER_SECOND = 10


def limits() -> tuple[int, int, int]:
    """Per second, hour and day; 0: none."""
    return settings.BULK_PER_SECOND, settings.BULK_PER_HOUR, per_day()


def is_limited() -> bool:
    return any([settings.BULK_PER_SECOND, settings.BULK_PER_HOUR, settings.BULK_PER_DAY, settings.BULK_WARMUP])


def per_day() -> int:
    return min(filter(None, [settings.BULK_PER_DAY, share_of_new_sender()]), default=0)


def share_of_new_sender() -> int:
    """Of a day, twice as many as on any before it: providers trust a name that grows, and no sudden one. 0: no ramp."""
    if not settings.BULK_WARMUP:
        return 0
    before = BulkDay.objects.filter(sender=_sender(), day__lt=ClinicProfile.objects.current().today())
    return max(settings.BULK_WARMUP, 2 * (before.aggregate(most=Max("mails"))["most"] or 0))


def _sender() -> str:
    return settings.FROM_EMAIL.rpartition("@")[2].lower()


COUNT_FOR_RAMP = """
INSERT INTO mailings_bulkday (sender, day, mails) VALUES (%s, %s, 1)
ON CONFLICT (sender, day) DO UPDATE SET mails = mailings_bulkday.mails + 1
"""


@dataclass(frozen=True)
class Turn:
    """seconds: until it comes. slot: what is held from then until after the answer; 0: none is needed.

    None: all are held; ask again after these seconds.
    """

    seconds: float
    slot: int | None
    held_until: datetime | None

    def end(self) -> None:
        """Its mail was answered: a second later another may go in its place."""
        if self.slot:
            # Else it comes back by itself, and meanwhile there are fewer.
            with suppress(*OUTAGES), connection.cursor() as cursor:
                cursor.execute(GIVE_BACK, [SECONDS_OF_REST, self.slot, self.held_until])


NO_LIMIT = Turn(0, 0, None)
TAKE_TURN_OF_ALL = "SELECT seconds, slot, held_until FROM take_bulk_turn(%s, %s, %s, %s * interval '1 second')"
# Whoever was taken for dead has it no longer: its successor's is held until later. Earlier, where a clock was set back.
GIVE_BACK = """
UPDATE mailings_bulkslot SET free_at = clock_timestamp() + %s * interval '1 second' WHERE id = %s AND free_at <= %s
"""


def wait_for_turn(
    one_mail: timedelta, meanwhile: Callable[[], None] = lambda: None, gives_way: Callable[[], bool] = lambda: False
) -> Turn | None:
    """Waits for this mail's turn among all workers; None when that is not soon, and the worker should go.

    one_mail: the longest that one may be on the wire; after its answer, end the turn.
    gives_way: asked while all slots are held, whether to go at once.
    """
    if not any(limits()):
        return NO_LIMIT
    turn = _waited(one_mail, meanwhile, gives_way)
    if turn and settings.BULK_WARMUP:
        with connection.cursor() as cursor:
            cursor.execute(COUNT_FOR_RAMP, [_sender(), ClinicProfile.objects.current().today()])
    return turn


def _waited(one_mail: timedelta, meanwhile: Callable[[], None], gives_way: Callable[[], bool]) -> Turn | None:
    for _asked in range(MOST_ASKED):
        turn, asked_at = _take_turn(one_mail), time.monotonic()
        if not turn:
            return None
        if turn.seconds:
            meanwhile()
        due = asked_at + turn.seconds
        _sleep_until(due)
        if turn.slot is not None and time.monotonic() - due <= MOST_LATE:
            return turn
        if gives_way():
            return None
    return None


def _sleep_until(due: float) -> None:
    seconds = due - time.monotonic()
    # Asked twice, it may come in between, and Python refuses to sleep for less than nothing.
    if seconds > 0:
        time.sleep(seconds)


def _take_turn(one_mail: timedelta) -> Turn | None:
    with connection.cursor() as cursor:
        longest = one_mail.total_seconds() + MOST_LATE
        cursor.execute(TAKE_TURN_OF_ALL, [*limits(), longest])
        row = cursor.fetchone()
        return Turn(*row) if row else None


# A refusal makes the time between two mails to that provider three times as long; each mail that goes takes a third of
# it back. So it doubles while all are refused, shrinks when fewer than a quarter are, and is gone soon after the last.
SLOW_DOWN = """
INSERT INTO mailings_slowprovider (provider, seconds, next_at, grown_at)
VALUES (%(provider)s, %(first)s, clock_timestamp() + %(first)s * interval '1 second', clock_timestamp())
ON CONFLICT (provider) DO UPDATE SET
    seconds = least(3 * mailings_slowprovider.seconds, %(longest)s),
    next_at = clock_timestamp() + least(3 * mailings_slowprovider.seconds, %(longest)s) * interval '1 second',
    grown_at = clock_timestamp()
WHERE mailings_slowprovider.grown_at < clock_timestamp() - mailings_slowprovider.seconds * interval '1 second'
"""
# What nobody sent while the workers slept is made up for, so that the pace is kept by the minute.
TAKE_TURN = """
UPDATE mailings_slowprovider SET
    next_at = greatest(next_at, clock_timestamp() - %(sweep)s * interval '1 second') + seconds * interval '1 second',
    seconds = seconds * 2 / 3
WHERE provider = %(provider)s AND (next_at <= clock_timestamp() OR next_at > clock_timestamp() + interval '10 minutes')
RETURNING seconds
"""
FAST_AGAIN = "DELETE FROM mailings_slowprovider WHERE provider = %s AND seconds < %s"


def slow_down(address: str) -> None:
    """Its provider takes no more just now: mail to many goes there more slowly, by whichever worker."""
    SlowProvider.objects.forgotten().delete()
    with connection.cursor() as cursor:
        first, longest = settings.MAIL_SLOW_SECONDS
        cursor.execute(SLOW_DOWN, {"provider": provider_of(address), "first": first, "longest": longest})


def take_turn_at(provider: str) -> bool:
    """Whether a mail to many may go to this slow provider now."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, {"provider": provider, "sweep": settings.MAIL_SWEEP_SECONDS})
        found = cursor.fetchone()
        nearly_none = settings.MAIL_SLOW_SECONDS[0] / 2
        if found and found[0] < nearly_none:
            cursor.execute(FAST_AGAIN, [provider, nearly_none])
    return found is not None


def somebody_waits() -> bool:
    """For a mail that could go now, such as a packet: it comes before all that goes to many."""
    due = OutgoingEmail.objects.due(timezone.now()).flowing()
    return due.filter(priority=OutgoingEmail.Priority.NOW).exists()


class Lookout:
    """Sees what somebody waits for, and who takes mail slowly, while a worker is among newsletters."""

    def __init__(self) -> None:
        # A worker that has no newsletter in hand does not look.
        self.looked_at, self.slow = float("-inf"), set[str]()

    def _look(self) -> None:
        self.looked_at = time.monotonic()
        self.slow = {*SlowProvider.objects.standing().values_list("provider", flat=True)}

    def sees_something_before(self, outgoing: OutgoingEmail) -> bool:
        if not outgoing.is_to_many or time.monotonic() - self.looked_at < SECONDS_BETWEEN_LOOKS:
            return False
        self._look()
        return somebody_waits()

    def has_turn(self, outgoing: OutgoingEmail) -> bool:
        """False: its provider wants mail to many slowly, and this one waits."""
        if not (self.slow and outgoing.is_to_many):
            return True
        provider = provider_of(outgoing.email)
        return provider not in self.slow or take_turn_at(provider)


def duration(mails: int, per_second: float = 0.0) -> timedelta:
    """How long so many take. per_second: as measured, where no limit of ours is slower."""
    second, hour, day = limits()
    fastest = min(filter(None, [second / APART, per_second or USUAL_PER_SECOND]))
    seconds = mails / fastest
    if hour:
        seconds = max(seconds, mails // hour * 3600)
    return timedelta(seconds=max(seconds, _days(mails, day) * 24 * 3600))


def _days(mails: int, day: int) -> int:
    """How many whole days pass before the last goes; a new sender's share doubles."""
    days = 0
    while day and mails >= day:
        mails, days = mails - day, days + 1
        day = min(filter(None, [settings.BULK_PER_DAY, 2 * day])) if settings.BULK_WARMUP else day
    return days
