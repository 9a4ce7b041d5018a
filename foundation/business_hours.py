"""When the clinic is open, to the second, for promises that count opening hours only.

It is open while the clock on its wall reads an open time. So an hour that the change to summer time skips counts for
nothing, and one that the change back repeats counts twice.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# From and until, since midnight by the wall clock.
Span = tuple[timedelta, timedelta]
DAY = timedelta(days=1)
LONGEST_WAIT = 1000 * DAY
ALL_DAY: Sequence[Span] = [(timedelta(0), DAY)]


@dataclass(frozen=True)
class BusinessHours:
    """week: by weekday, Monday 0, spans that neither overlap nor touch. Without any it is open on all but holidays."""

    zone: ZoneInfo
    week: Mapping[int, Sequence[Span]]
    holidays: frozenset[date] = frozenset()

    def on(self, day: date) -> Sequence[Span]:
        if day in self.holidays:
            return []
        return self.week.get(day.weekday(), []) if self.week else ALL_DAY

    def open_day(self, day: date) -> date:
        """This day, or the next one on which it is open; the day itself if there is none within a year."""
        days = (day + number * DAY for number in range(366))
        return next((one for one in days if self.on(one)), day)

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """How long it is open between the two; negative when end comes before start."""
        # In one zone of their own, Python compares and subtracts readings of the clock, not moments.
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end < start:
            return -self.open_time(end, start)
        total = timedelta(0)
        for since, until in self.spans(start):
            if since >= end:
                break
            total += min(until, end) - since
        return total

    def after(self, start: datetime, work: timedelta) -> datetime:
        """The first moment by which it was open that long since start: closing time, not the next opening. In UTC.

        Open for a minute a week, it would take a visitor's post years to count; so after LONGEST_WAIT it is then.
        """
        if not work:
            return start.astimezone(UTC)
        for since, until in self.spans(start):
            if since - start > LONGEST_WAIT:
                return since
            if work <= until - since:
                return since + work
            work -= until - since
        raise AssertionError("the spans never end")

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """From when until when it is open, in UTC, in order and without end."""
        start = start.astimezone(UTC)
        midnight = datetime.combine(start.date(), time(), UTC)
        while True:
            for since, until, offset in _steady(self.zone, midnight):
                for opens, closes in self._on_the_wall(since + offset, until + offset):
                    if closes - offset > start:
                        yield max(opens - offset, start), closes - offset
            midnight += DAY

    def _on_the_wall(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open spans between two readings of the wall clock; these bear the name of UTC, so that they compare."""
        for days in range((until.date() - since.date()).days + 1):
            day = since.date() + days * DAY
            midnight = datetime.combine(day, time(), UTC)
            for opens, closes in self.on(day):
                first, last = max(midnight + opens, since), min(midnight + closes, until)
                if first < last:
                    yield first, last


def _steady(zone: ZoneInfo, midnight: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The parts of a day of UTC in which the zone keeps one offset: one part, or two when its clock is changed."""

    def offset(second: int) -> timedelta:
        return (midnight + timedelta(seconds=second)).astimezone(zone).utcoffset() or timedelta(0)

    first, last = offset(0), offset(86_399)
    change = bisect_left(range(86_400), True, key=lambda second: offset(second) != first) if first != last else 86_400
    changed_at = midnight + timedelta(seconds=change)
    yield midnight, changed_at, first
    if first != last:
        yield changed_at, midnight + DAY, last


def week_of(rows: Iterable[tuple[int, time, time]]) -> dict[int, list[Span]]:
    """Weekday, opens and closes of each span as staff typed them: in any order, and some may overlap."""
    week: dict[int, list[Span]] = {}
    for weekday, opens, closes in sorted(rows):
        spans = week.setdefault(weekday, [])
        since, until = _since_midnight(opens), _since_midnight(closes) or DAY
        if spans and since <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], until)
        else:
            spans.append((since, until))
    return week


def _since_midnight(at: time) -> timedelta:
    return datetime.combine(date.min, at) - datetime.combine(date.min, time())
