"""Whose leads the people of a time are now, and how far each colleague came with theirs."""

from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from desk.numbers import query
from desk.numbers.people import FAMILY, IS_IMPORTED
from desk.numbers.range import DateRange
from desk.numbers.tables import Cell, Table, total_row
from enquiries.models import Lead

# As in the funnel: merged leads are one person, and who came by a list has not asked.
CAME = f"""{FAMILY}
SELECT lead.* FROM enquiries_lead AS lead
WHERE created_at >= %(start)s AND created_at < %(end)s AND merged_into_id IS NULL AND erased_at IS NULL
    AND NOT {IS_IMPORTED}
"""  # noqa: S608 - all parts are ours
SQL = f"""
SELECT owner_id, count(*), count(first_answered_at), count(*) FILTER (WHERE stage = ANY(%(open)s)),
    count(*) FILTER (WHERE stage = %(booked)s), count(*) FILTER (WHERE stage = %(lost)s)
FROM ({CAME}) AS came GROUP BY owner_id ORDER BY owner_id IS NULL, count(*) DESC, owner_id
"""  # noqa: S608 - all parts are ours


class Coordinator(NamedTuple):
    """name: of a colleague, who may have left since; empty for leads that nobody owns."""

    name: str
    leads: int
    answered: int
    open: int
    booked: int
    lost: int


def read(chosen: DateRange) -> list[Coordinator]:
    stages = [stage.value for stage in Lead.Stage if stage not in Lead.CLOSED]
    arguments: dict[str, Any] = {"start": chosen.start, "end": chosen.end, "open": stages}
    rows = query.rows(SQL, {**arguments, "booked": Lead.Stage.BOOKED.value, "lost": Lead.Stage.LOST.value})
    names = get_user_model()._default_manager.in_bulk([owner for owner, *_numbers in rows if owner])
    return [Coordinator(str(names[owner]) if owner else "", *numbers) for owner, *numbers in rows]


def table(found: list[Coordinator], chosen: DateRange) -> Table:
    columns = [_("Owner"), _("Leads"), _("Answered"), _("Open"), _("Booked"), _("Lost")]
    rows: list[list[Cell]] = [[one.name or _("nobody"), *one[1:]] for one in found]
    notes = [
        _("Of the leads that began in this time: whose they are today, and where they stand, without erased ones."),
        _("Answered means that a person answered them first, whoever that was."),
    ]
    return Table("coordinators", _("Leads by owner"), columns, [*rows, total_row(rows)] if rows else [], notes)
