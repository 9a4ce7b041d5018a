"""Whether the periodic jobs end well: each worker says so of those it ran; Today, /readyz and the metrics ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from celery.schedules import crontab, maybe_schedule
from celery.signals import task_failure, task_success
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from clinic.models import JobTick, StaffUser

# After its turn. What ended in an error once is mostly well at the next turn, and the night's work may take a while.
GRACE = timedelta(hours=1)
# Some run every fifteen seconds, and at each enquiry besides.
WRITTEN_AT_MOST_EVERY = timedelta(minutes=1)

# What each does, for whoever looks after the site and never saw its code.
WORDS: dict[str, Any] = {
    "deliver-mail": _("sends the mail that is due"),
    "look-after-newsletters": _("begins scheduled newsletters and ends those that went out"),
    "erase-old": _("erases the people who were not heard of for as long as the privacy page says"),
    "check-papers": _("compares the papers with the list of retractions"),
    "withdraw-what-is-due": _("withdraws articles at the moment that was set for it"),
    "forget-old-budgets": _("forgets how much was sent from which network"),
    "clear-old-sessions": _("forgets sessions that are over"),
    "forget-old-lists": _("forgets lists of people that somebody began to import, and what a bulk change replaced"),
    "forget-old-lists-of-subscribers": _("forgets lists of subscribers that somebody began to import"),
    "tell-of-held": _("tells staff of enquiries that are held"),
    "write-digests": _("writes each colleague's mail of the day"),
    "write-reminders": _("reminds of calls that are due"),
    "remind-of-reviews": _("reminds of articles whose review is due"),
    "queue-waiting-packets": _("queues packets that waited for an approved version"),
}


def connect() -> None:
    task_success.connect(on_end, dispatch_uid="clinic.on_end")
    task_failure.connect(on_failure, dispatch_uid="clinic.on_failure")


def on_end(sender: Any, **kwargs: Any) -> None:
    is_old = Q(ended_at__lt=Now() - WRITTEN_AT_MOST_EVERY)
    # A time to come was written by a server whose clock ran ahead.
    worth_writing = is_old | Q(ended_at__gt=Now()) | ~Q(error="")
    JobTick.objects.filter(worth_writing, job__in=run_by(sender)).update(ended_at=Now(), error="")


def on_failure(sender: Any, exception: BaseException, **kwargs: Any) -> None:
    error = type(exception).__name__[:100]
    with own_connection():
        JobTick.objects.filter(job__in=run_by(sender)).update(failed_at=Now(), error=error)


@contextmanager
def own_connection() -> Iterator[None]:
    """Perhaps the one that is open is what failed. Of what hung the worker itself tells, which must keep none open:
    its next children would inherit it."""
    if connection.in_atomic_block:
        yield
        return
    connection.close_if_unusable_or_obsolete()
    try:
        yield
    finally:
        connection.close()


def run_by(task: Any) -> list[str]:
    return [job for job, entry in settings.CELERY_BEAT_SCHEDULE.items() if entry["task"] == task.name]


def behind() -> list[JobTick]:
    """Those that did not end well within an hour of their turn: they fail, or nobody ticks or runs them."""
    rows = JobTick.objects.filter(job__in=settings.CELERY_BEAT_SCHEDULE).annotate(now=Now()).order_by("ended_at", "job")
    return [row for row in rows if is_behind(row, row.now)] if rows else never_begun()


def never_begun() -> list[JobTick]:
    """A beat makes the rows, so none ever ran. Since when one should, the first account tells."""
    first = StaffUser.objects.order_by("joined_at").values_list("joined_at", Now()).first()
    if not first:
        return []
    joined_at, now = first
    rows = [JobTick(job=job, ended_at=joined_at) for job in sorted(settings.CELERY_BEAT_SCHEDULE)]
    return [row for row in rows if is_behind(row, now)]


def is_behind(row: JobTick, now: datetime) -> bool:
    """False for what has no turn, as a backup. A time that is far ahead tells of no end that was well."""
    entry: Any = settings.CELERY_BEAT_SCHEDULE.get(row.job)
    if not entry:
        return False
    return row.ended_at > now + GRACE or next_tick(maybe_schedule(entry["schedule"]), row.ended_at) + GRACE < now


def next_tick(schedule: Any, after: datetime) -> datetime:
    """The moment at which the next period begins: the same for every beat, whenever it started."""
    if isinstance(schedule, crontab):
        start, to_next, _now = schedule.remaining_delta(after)
        return start + to_next
    seconds = schedule.run_every.total_seconds()
    return datetime.fromtimestamp((int(after.timestamp() // seconds) + 1) * seconds, UTC)
