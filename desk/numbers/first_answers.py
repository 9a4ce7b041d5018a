"""How soon people were answered, in opening hours, against what was promised to them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from desk.numbers import query
from desk.numbers.range import DateRange
from desk.numbers.tables import HOURS, Cell, Table, cut_weeks_note, lasting, share
from enquiries.models import Lead
from foundation.business_hours import BusinessHours
from foundation.models import ClinicProfile

# Whoever was answered a year after the range counts as answered then: their hours are beyond any plot.
ANSWERED_WITHIN = timedelta(days=366)
# Opening hours before a moment: all of the spans that ended, and what has passed of the last. width_bucket finds that
# one by halving, so that it costs little more than a comparison of two times.
OPEN_BEFORE = """coalesce(
    (%(before)s::float8[])[width_bucket({moment}, %(opened)s::timestamptz[])]
    + least(
        (%(lengths)s::float8[])[width_bucket({moment}, %(opened)s::timestamptz[])],
        extract(epoch FROM {moment} - (%(opened)s::timestamptz[])[width_bucket({moment}, %(opened)s::timestamptz[])])
    ), 0)"""
SQL = """
WITH asked AS (
    SELECT date_trunc('week', asked_at AT TIME ZONE %(zone)s)::date AS week,
        first_answered_at <= first_answer_due_at AS in_time,
        first_answer_due_at < %(now)s AS due,
        stage = ANY(%(closed)s) AS closed,
        {after} - {before} AS took
    FROM enquiries_lead
    WHERE asked_at >= %(start)s AND asked_at < %(end)s AND merged_into_id IS NULL
)
SELECT week, count(*), count(*) FILTER (WHERE in_time), count(*) FILTER (WHERE NOT in_time),
    count(*) FILTER (WHERE in_time IS NULL AND NOT closed AND due),
    count(*) FILTER (WHERE in_time IS NULL AND NOT closed AND NOT due),
    count(*) FILTER (WHERE in_time IS NULL AND closed),
    percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY took) FILTER (WHERE in_time IS NOT NULL)
FROM asked GROUP BY GROUPING SETS ((week), ())
"""


class Answers(NamedTuple):
    """Of those who asked in one week; hours are opening hours."""

    asked: int = 0
    in_time: int = 0
    late: int = 0
    overdue: int = 0
    waiting: int = 0
    closed: int = 0
    median_hours: float | None = None
    ninetieth_hours: float | None = None

    @property
    def share_in_time(self) -> float | None:
        """Of those whose time is over."""
        return share(self.in_time, self.in_time + self.late + self.overdue)


class FirstAnswers(NamedTuple):
    weeks: list[Answers]
    all: Answers
    target_hours: int


def read(chosen: DateRange) -> FirstAnswers:
    profile = ClinicProfile.objects.current()
    found = by_week(chosen, profile.business_hours())
    weeks = [found.get(week.monday, Answers()) for week in chosen.weeks]
    return FirstAnswers(weeks, found.get(None, Answers()), profile.first_answer_hours)


def by_week(chosen: DateRange, hours: BusinessHours) -> dict[date | None, Answers]:
    """Under None: all of them."""
    rows = query.rows(sql(), {**open_spans(chosen, hours), **arguments(chosen)})
    return {week: answers(*numbers) for week, *numbers in rows}


def sql() -> str:
    return SQL.format(
        after=OPEN_BEFORE.format(moment="first_answered_at"), before=OPEN_BEFORE.format(moment="asked_at")
    )


def arguments(chosen: DateRange) -> dict[str, Any]:
    closed = [stage.value for stage in Lead.CLOSED]
    return {"zone": str(chosen.zone), "start": chosen.start, "end": chosen.end, "now": timezone.now(), "closed": closed}


def answers(*numbers: Any) -> Answers:
    *counts, quantiles = numbers
    median, ninetieth = quantiles or (None, None)
    return Answers._make([*counts, lasting(median, HOURS), lasting(ninetieth, HOURS)])


def open_spans(chosen: DateRange, hours: BusinessHours) -> dict[str, Any]:
    """When it opened, for how many seconds, and for how many it had been open before: one place for each span."""
    opened: list[datetime] = []
    lengths: list[float] = []
    before, total = [], 0.0
    for since, until in spans_between(hours, chosen.start, min(chosen.end + ANSWERED_WITHIN, timezone.now())):
        opened.append(since)
        lengths.append((until - since).total_seconds())
        before.append(total)
        total += lengths[-1]
    return {"opened": opened, "lengths": lengths, "before": before}


def spans_between(hours: BusinessHours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    for since, until in hours.spans(start.astimezone(UTC)):
        if since >= end:
            return
        yield since, until


def row_of(answers: Answers) -> list[Cell]:
    closed = answers.closed
    return [*answers[:5], closed, answers.share_in_time, answers.median_hours, answers.ninetieth_hours]


def table(found: FirstAnswers, chosen: DateRange) -> Table:
    columns = [
        *(_("Week from"), _("Days"), _("Asked"), _("Answered in time"), _("Answered late")),
        *(_("Overdue now"), _("Still in time"), _("Closed unanswered"), _("In time (%)")),
        *(_("Median hours"), _("Nine of ten within (hours)")),
    ]
    rows: list[list[Cell]] = [
        [week.first, week.days, *row_of(answers)] for week, answers in zip(chosen.weeks, found.weeks, strict=True)
    ]
    total: list[Cell] = [_("Total"), sum(week.days for week in chosen.weeks), *row_of(found.all)]
    return Table("first-answers", _("How soon people were answered"), columns, [*rows, total], notes(chosen))


def notes(chosen: DateRange) -> list[str]:
    return [
        _("By when they asked. Hours are opening hours; the packet, which goes out by itself, is no answer."),
        _("In time means what was promised when they asked. The share is of those whose time is over."),
        *cut_weeks_note(chosen.cuts_a_week),
    ]
