from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.business_hours import BusinessHours, week_of

pytestmark = pytest.mark.pure

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
# 2026: the clocks of Berlin change on 29 March and 25 October, those of New York on 8 March and 1 November.
HOLIDAYS = {
    BERLIN: frozenset({date(2026, 5, 1), date(2026, 12, 25)}),
    NEW_YORK: frozenset({date(2026, 7, 3), date(2026, 11, 26), date(2026, 12, 25)}),
}
SUNDAY = 6


def on_days(days: range, *spans: str) -> list[tuple[int, time, time]]:
    times = [tuple(map(time.fromisoformat, span.split("-"))) for span in spans]
    return [(day, opens, closes) for day in days for opens, closes in times]


WEEKS = {
    "nine to five": on_days(range(5), "09:00-17:00"),
    "split": [*on_days(range(5), "13:00-17:30", "09:00-12:00"), *on_days(range(5, 6), "09:00-12:00")],
    "nights": on_days(range(7), "22:00-00:00", "00:00-06:00"),
    "always": [],
    "in the gap": on_days(range(SUNDAY, 7), "02:15-02:45"),
    "from the gap": on_days(range(SUNDAY, 7), "02:30-04:00"),
    "into the gap": on_days(range(SUNDAY, 7), "01:00-02:30"),
    "in the hour twice": on_days(range(SUNDAY, 7), "01:15-01:45"),
    "up to the hour twice": on_days(range(SUNDAY, 7), "00:00-01:00"),
    "after the hour twice": on_days(range(SUNDAY, 7), "02:00-03:00"),
    "typed twice": on_days(range(5), "09:00-13:00", "12:00-17:00", "13:00-14:00"),
}


def open_in(week: str, zone: ZoneInfo) -> BusinessHours:
    return BusinessHours(zone, week_of(WEEKS[week]), HOLIDAYS[zone])


def at(zone: ZoneInfo, wall: str) -> datetime:
    """A star marks the second time that the clock reads so."""
    return datetime.fromisoformat(f"2026-{wall.removesuffix('*')}").replace(tzinfo=zone, fold=wall.endswith("*"))


def length(words: str) -> timedelta:
    hours, minutes, seconds = map(int, words.removeprefix("-").split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds) * (-1 if words.startswith("-") else 1)


CASES = [
    # Tuesday 3 March; Friday 6 March; Monday 9 March.
    (BERLIN, "nine to five", "03-03 10:00:00", "03-03 14:00:00", "4:00:00"),
    (BERLIN, "nine to five", "03-03 14:00:00", "03-03 10:00:00", "-4:00:00"),
    (BERLIN, "nine to five", "03-03 16:59:59", "03-04 09:00:01", "0:00:02"),
    (BERLIN, "nine to five", "03-06 15:30:00", "03-09 11:15:00", "3:45:00"),
    (BERLIN, "nine to five", "03-07 12:00:00", "03-09 09:00:01", "0:00:01"),
    (BERLIN, "nine to five", "03-06 17:00:00", "03-09 09:00:00", "0:00:00"),
    (BERLIN, "nine to five", "03-02 00:00:00", "03-09 00:00:00", "40:00:00"),
    (BERLIN, "typed twice", "03-02 00:00:00", "03-09 00:00:00", "40:00:00"),
    (BERLIN, "split", "03-03 11:30:00", "03-03 13:45:00", "1:15:00"),
    (BERLIN, "split", "03-06 17:00:00", "03-09 09:30:00", "4:00:00"),
    # The first of May is a Friday.
    (BERLIN, "nine to five", "04-30 16:00:00", "05-04 10:00:00", "2:00:00"),
    (BERLIN, "nine to five", "05-01 00:00:00", "05-02 00:00:00", "0:00:00"),
    # Over the weekends of the changes, and within them.
    (BERLIN, "nine to five", "03-27 16:00:00", "03-30 10:00:00", "2:00:00"),
    (BERLIN, "nine to five", "10-23 16:00:00", "10-26 10:00:00", "2:00:00"),
    (BERLIN, "nights", "03-29 00:00:00", "03-29 06:00:00", "5:00:00"),
    (BERLIN, "nights", "03-29 01:59:59", "03-29 03:00:00", "0:00:01"),
    (BERLIN, "nights", "10-25 00:00:00", "10-25 06:00:00", "7:00:00"),
    (BERLIN, "nights", "10-25 02:30:00", "10-25 02:30:00*", "1:00:00"),
    (BERLIN, "nights", "10-25 02:59:59", "10-25 02:00:00*", "0:00:01"),
    (BERLIN, "nights", "10-24 21:00:00", "10-25 07:00:00", "9:00:00"),
    (BERLIN, "always", "03-29 00:00:00", "03-30 00:00:00", "23:00:00"),
    (BERLIN, "always", "10-25 00:00:00", "10-26 00:00:00", "25:00:00"),
    (NEW_YORK, "nine to five", "03-03 10:00:00", "03-03 14:00:00", "4:00:00"),
    (NEW_YORK, "nine to five", "03-06 16:30:30", "03-09 09:00:30", "0:30:00"),
    (NEW_YORK, "nine to five", "10-30 16:00:00", "11-02 12:00:00", "4:00:00"),
    # Thanksgiving is a Thursday; Independence Day is kept on Friday 3 July; Christmas is a Friday.
    (NEW_YORK, "nine to five", "11-25 15:00:00", "11-27 11:00:00", "4:00:00"),
    (NEW_YORK, "nine to five", "07-02 16:00:00", "07-06 09:45:00", "1:45:00"),
    (NEW_YORK, "nine to five", "12-24 16:45:00", "12-28 09:15:00", "0:30:00"),
    (NEW_YORK, "always", "12-24 12:00:00", "12-26 12:00:00", "24:00:00"),
    (NEW_YORK, "nights", "03-08 00:00:00", "03-08 06:00:00", "5:00:00"),
    (NEW_YORK, "nights", "03-08 01:59:59", "03-08 03:00:01", "0:00:02"),
    (NEW_YORK, "nights", "11-01 00:00:00", "11-01 06:00:00", "7:00:00"),
    (NEW_YORK, "nights", "11-01 01:15:00", "11-01 01:15:00*", "1:00:00"),
    (NEW_YORK, "nights", "11-01 01:59:59", "11-01 01:00:00*", "0:00:01"),
    (NEW_YORK, "always", "03-08 00:00:00", "03-09 00:00:00", "23:00:00"),
    (NEW_YORK, "always", "11-01 00:00:00", "11-02 00:00:00", "25:00:00"),
    (NEW_YORK, "in the gap", "03-08 00:00:00", "03-09 00:00:00", "0:00:00"),
    (NEW_YORK, "from the gap", "03-08 00:00:00", "03-09 00:00:00", "1:00:00"),
    (NEW_YORK, "into the gap", "03-08 00:00:00", "03-09 00:00:00", "1:00:00"),
    (NEW_YORK, "in the hour twice", "11-01 00:00:00", "11-02 00:00:00", "1:00:00"),
    (NEW_YORK, "up to the hour twice", "11-01 00:00:00", "11-02 00:00:00", "1:00:00"),
    (NEW_YORK, "after the hour twice", "11-01 00:00:00", "11-02 00:00:00", "1:00:00"),
]


@pytest.mark.parametrize(("zone", "week", "start", "end", "expected"), CASES)
def test_open_time_between_two_moments(zone: ZoneInfo, week: str, start: str, end: str, expected: str) -> None:
    assert open_in(week, zone).open_time(at(zone, start), at(zone, end)) == length(expected)


PROMISES = [
    (BERLIN, "nine to five", "03-06 15:00:00", "4:00:00", "03-09 11:00:00"),
    # Closing time keeps the promise; a second more is Monday's.
    (BERLIN, "nine to five", "03-06 13:00:00", "4:00:00", "03-06 17:00:00"),
    (BERLIN, "nine to five", "03-06 13:00:01", "4:00:00", "03-09 09:00:01"),
    (BERLIN, "nine to five", "03-07 23:00:00", "0:00:00", "03-07 23:00:00"),
    (BERLIN, "nine to five", "04-30 16:00:00", "4:00:00", "05-04 12:00:00"),
    (BERLIN, "nine to five", "03-27 15:00:00", "80:00:00", "04-10 15:00:00"),
    (BERLIN, "nights", "03-29 01:30:00", "4:00:00", "03-29 22:30:00"),
    (BERLIN, "nights", "10-25 01:30:00", "4:00:00", "10-25 04:30:00"),
    (BERLIN, "always", "10-25 02:30:00", "1:00:00", "10-25 02:30:00*"),
    (NEW_YORK, "nine to five", "03-06 16:00:00", "4:00:00", "03-09 12:00:00"),
    (NEW_YORK, "nine to five", "10-30 16:00:00", "4:00:00", "11-02 12:00:00"),
    (NEW_YORK, "nine to five", "11-25 16:30:00", "4:00:00", "11-27 12:30:00"),
    (NEW_YORK, "always", "03-08 01:30:00", "1:00:00", "03-08 03:30:00"),
    (NEW_YORK, "in the gap", "03-07 00:00:00", "0:30:00", "03-15 02:45:00"),
    (NEW_YORK, "in the hour twice", "11-01 00:00:00", "0:45:00", "11-01 01:30:00*"),
]


@pytest.mark.parametrize(("zone", "week", "start", "work", "expected"), PROMISES)
def test_when_so_much_open_time_has_passed(zone: ZoneInfo, week: str, start: str, work: str, expected: str) -> None:
    assert open_in(week, zone).after(at(zone, start), length(work)) == at(zone, expected).astimezone(UTC)


MINUTE = timedelta(minutes=1)
MINUTES = st.integers(0, 24 * 60 - 1)


@st.composite
def weeks(draw: st.DrawFn) -> list[tuple[int, time, time]]:
    rows = []
    for weekday, first, second in draw(st.lists(st.tuples(st.integers(0, 6), MINUTES, MINUTES), max_size=12)):
        opens, closes = sorted((first, second))
        if opens < closes:
            rows.append((weekday, time(opens // 60, opens % 60), time(closes // 60, closes % 60)))
    return rows


def reads_open(week: list[tuple[int, time, time]], hours: BusinessHours, moment: datetime) -> bool:
    wall = moment.astimezone(hours.zone)
    weekday, reading = wall.weekday(), wall.time()
    inside = not week or any(opens <= reading < closes for day, opens, closes in week if day == weekday)
    return inside and wall.date() not in hours.holidays


# Friday noon before each change, in minutes.
AROUND = [datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)]
AROUND += [datetime(2026, 3, 6, 12, tzinfo=UTC), datetime(2026, 10, 30, 12, tzinfo=UTC)]


@settings(max_examples=60, deadline=None)
@given(
    week=weeks(),
    zone=st.sampled_from([BERLIN, NEW_YORK]),
    around=st.sampled_from(AROUND),
    begins=st.integers(0, 3 * 24 * 60),
    minutes=st.integers(0, 2 * 24 * 60),
    holiday=st.integers(0, 8),
)
def test_it_counts_what_somebody_counts_who_looks_at_the_clock_each_minute(
    week: list[tuple[int, time, time]], zone: ZoneInfo, around: datetime, begins: int, minutes: int, holiday: int
) -> None:
    start = around + begins * MINUTE
    hours = BusinessHours(zone, week_of(week), frozenset({(around + timedelta(days=holiday)).date()}))
    counted = sum(reads_open(week, hours, start + minute * MINUTE) for minute in range(minutes))
    end = start + minutes * MINUTE
    assert hours.open_time(start, end) == counted * MINUTE
    reached = hours.after(start, counted * MINUTE)
    assert reached <= end
    assert hours.open_time(start, reached) == counted * MINUTE
    assert not counted or hours.open_time(start, reached - timedelta(microseconds=1)) < counted * MINUTE
