"""Who came onto the list of the newsletter and who went off it, week by week; counted of nobody by name."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from desk.numbers import query
from desk.numbers.range import DateRange
from desk.numbers.tables import Cell, Table, cut_weeks_note

SQL = """
SELECT CASE WHEN at >= %(start)s THEN date_trunc('week', at AT TIME ZONE %(zone)s)::date END,
    coalesce(sum(number) FILTER (WHERE kind = 'joined'), 0), coalesce(sum(number) FILTER (WHERE kind = 'left'), 0)
FROM newsletters_subscriberchange WHERE at < %(end)s GROUP BY 1
"""


class Subscribers(NamedTuple):
    """before: how many there were on the first day; joined and left: in each week of the time."""

    before: int
    joined: list[int]
    left: list[int]

    @property
    def at_end(self) -> list[int]:
        """Of each week."""
        return list(self.counted())

    def counted(self) -> Iterator[int]:
        number = self.before
        for joined, left in zip(self.joined, self.left, strict=True):
            number += joined - left
            yield number

    @property
    def is_nobody(self) -> bool:
        return not any([self.before, *self.joined, *self.left])


def read(chosen: DateRange) -> Subscribers:
    values = {"zone": str(chosen.zone), "start": chosen.start, "end": chosen.end}
    found: dict[date | None, tuple[int, int]] = {
        week: (int(joined), int(left)) for week, joined, left in query.rows(SQL, values)
    }
    joined_before, left_before = found.get(None, (0, 0))
    weeks = [found.get(week.monday, (0, 0)) for week in chosen.weeks]
    joined, left = [joined for joined, _left in weeks], [left for _joined, left in weeks]
    return Subscribers(joined_before - left_before, joined, left)


def table(found: Subscribers, chosen: DateRange) -> Table:
    columns = [_("Week from"), _("Days"), _("Joined"), _("Left"), _("Subscribers at its end")]
    numbers = zip(chosen.weeks, found.joined, found.left, found.at_end, strict=True)
    rows: list[list[Cell]] = [[week.first, week.days, *of_week] for week, *of_week in numbers]
    days = sum(week.days for week in chosen.weeks)
    total: list[Cell] = [_("Total"), days, sum(found.joined), sum(found.left), found.at_end[-1]]
    notes = [
        _("Who confirmed counts as joined; who left, was written off, or was erased, as left."),
        _("Of people who had left before this was counted, only those are known whom the list still held then."),
        *cut_weeks_note(chosen.cuts_a_week),
    ]
    return Table("subscribers", _("Subscribers of the newsletter"), columns, [*rows, total], notes)
