"""Celery's clock on rows: of any number of beats, one ticks each job in each period, by the clock of Postgres.

The hosts' clocks only say how long to sleep, so they may differ.
"""

import logging
from datetime import timedelta
from typing import Any

from celery.beat import Scheduler
from django.db import Error as PostgresError
from django.db import connection, transaction
from django.db.models import DateTimeField, Func

from clinic.jobs import next_tick
from clinic.models import JobTick
from mailings.doorbell import FAIL_FAST

logger = logging.getLogger(__name__)

# What another beat claimed and could not send is found by then.
LONGEST_NAP_SECONDS = 5.0
SECONDS_BETWEEN_TRIES = 1.0
# It takes one at most.
SECONDS_TO_SEND = 10
# A server that took over may have a slower clock. A little means waiting until it gets there; much could mean years.
LARGEST_SKEW = timedelta(minutes=1)


class Clock(Func):
    """Read after the rows are, unlike now(): whatever tick it stands beside is an earlier one."""

    function = "clock_timestamp"
    output_field = DateTimeField()


class RowScheduler(Scheduler):
    """One process's part: looks at the rows, and claims what is due by changing its row as it was seen."""

    trouble = ""

    def setup_schedule(self) -> None:
        # Without Celery's own job, which cleans up results that we never keep.
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *_args: Any, **_named: Any) -> float:
        """Returns for how many seconds to sleep. Neither server's absence raises: a beat that dies is one beat less."""
        try:
            return self.tick_what_is_due()
        except PostgresError as error:
            connection.close()
            self.note(f"the jobs wait for the database ({type(error).__name__})")
            return SECONDS_BETWEEN_TRIES

    def tick_what_is_due(self) -> float:
        rows = self.rows()
        settled = [self.is_settled(row) for row in rows]
        if not all(settled):
            return SECONDS_BETWEEN_TRIES
        self.note("")
        naps = [(next_tick(self.schedule[row.job].schedule, row.now) - row.now).total_seconds() for row in rows]
        return min([LONGEST_NAP_SECONDS, *naps])

    def rows(self) -> list[Any]:
        """Of every job of the schedule, with the clock. One that is new begins with the period after this."""
        known = JobTick.objects.filter(job__in=self.schedule).annotate(now=Clock())
        rows = list(known)
        new = set(self.schedule) - {row.job for row in rows}
        if not new:
            return rows
        # In one order, else two beats that start could wait for each other's rows.
        JobTick.objects.bulk_create([JobTick(job=job, ticked_at=Clock()) for job in sorted(new)], ignore_conflicts=True)
        return list(known.all())

    def is_settled(self, row: Any) -> bool:
        """Ticks the job if it is due; False if it was and could not be sent."""
        if row.ticked_at > row.now + LARGEST_SKEW:
            claim(row)
        if row.ended_at > row.now + LARGEST_SKEW:
            wait_from_now_on(row)
        entry = self.schedule[row.job]
        return next_tick(entry.schedule, row.ticked_at) > row.now or self.tick_job(entry, row)

    def tick_job(self, entry: Any, row: Any) -> bool:
        """What cannot be sent takes the claim back with it, and the next look, here or elsewhere, tries again."""
        try:
            with transaction.atomic():
                end_with_the_host()
                if claim(row):
                    self.send(entry)
                    logger.info("ticked %s", entry.name)
        except PostgresError:
            raise
        except Exception as error:  # the broker's client raises many kinds
            self.note(f"the jobs wait for the broker ({type(error).__name__})")
            return False
        return True

    def send(self, entry: Any) -> None:
        # A connection for each: beat sends four a minute, and one that was kept may be a black hole by then.
        with self.app.connection(transport_options=FAIL_FAST) as broker:
            self.app.send_task(
                entry.task,
                entry.args,
                entry.kwargs,
                connection=broker,
                retry=False,
                ignore_result=True,
                **entry.options,
            )

    def note(self, trouble: str) -> None:
        """One line when it begins and one when it is over, however long it lasts."""
        if trouble != self.trouble:
            logger.warning("%s", trouble or "the jobs tick again")
        self.trouble = trouble


def end_with_the_host() -> None:
    """A beat whose host vanishes in mid-claim would keep the job from all others until TCP gives up, hours later."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{SECONDS_TO_SEND}s'")


def claim(row: Any) -> bool:
    """False if another beat changed the row since it was read; waits for one that is just doing so."""
    return bool(JobTick.objects.filter(pk=row.pk, ticked_at=row.ticked_at).update(ticked_at=row.now))


def wait_from_now_on(row: Any) -> None:
    """Else a job that fails would count as one that ended well until that time is past."""
    JobTick.objects.filter(pk=row.pk, ended_at=row.ended_at).update(ended_at=row.now)
