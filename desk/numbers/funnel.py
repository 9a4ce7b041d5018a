"""How far people came: of the leads of a time, how many ever reached each stage, and after how long."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from desk.numbers import query
from desk.numbers.people import FAMILY, IS_IMPORTED
from desk.numbers.range import DateRange
from desk.numbers.tables import DAYS, Cell, Table, lasting, share
from enquiries.models import Lead

Stage = Lead.Stage
STEPS = [
    Stage.CONTACTED,
    Stage.IN_CONVERSATION,
    Stage.RECORDS,
    Stage.MEDICAL_REVIEW,
    Stage.CANDIDATE,
    Stage.QUOTED,
    Stage.BOOKED,
]
ENDS = Lead.CLOSED_WITH_REASON

# Who is at a later step has passed those before it.
# The moves are read in the order of their leads, by one list of all of these: looked up lead by lead, each costs a way
# through the index, and joined, all events there are would be read. Whoever was merged brings theirs to the root.
# OFFSET 0: or else the step is worked out anew in each FILTER.
SQL = f"""{FAMILY}, began AS MATERIALIZED (
    SELECT id, created_at, CASE WHEN erased_at IS NULL THEN stage ELSE 'erased' END AS stage,
        {IS_IMPORTED} AS is_imported
    FROM enquiries_lead AS lead
    WHERE created_at >= %(start)s AND created_at < %(end)s AND merged_into_id IS NULL
), came AS MATERIALIZED (
    SELECT id, created_at, stage FROM began WHERE NOT is_imported
), known_as (member) AS (
    SELECT id FROM came
    UNION ALL
    SELECT family.member FROM family JOIN came ON came.id = family.root
), moves AS (
    SELECT coalesce(family.root, event.lead_id) AS lead, event.at,
        array_position(%(steps)s::text[], event.data ->> 'to') AS step
    FROM enquiries_leadevent AS event LEFT JOIN family ON family.member = event.lead_id
    WHERE event.kind = 'stage' AND event.lead_id = ANY(ARRAY(SELECT member FROM known_as))
    OFFSET 0
), reached AS (
    SELECT lead, {{firsts}} FROM moves WHERE step IS NOT NULL GROUP BY lead
)
SELECT (SELECT count(*) FROM began WHERE is_imported), count(*), {{ends}}, {{steps}}
FROM came LEFT JOIN reached ON reached.lead = came.id
"""  # noqa: S608 - all parts are ours
FIRST = "min(at) FILTER (WHERE step >= {0}) AS reached_{0}"
# Somebody merged into a lead that began later was spoken with "before". date_part, since extract gives a numeric, which
# is slower to count with.
STEP = (
    "count(reached_{0}), percentile_cont(0.5) WITHIN GROUP "
    "(ORDER BY greatest(0, date_part('epoch', reached_{0} - created_at))) FILTER (WHERE reached_{0} IS NOT NULL)"
)
END = "count(*) FILTER (WHERE stage = '{0}')"


class Step(NamedTuple):
    label: str
    number: int
    of_step_before: float | None
    of_all: float | None
    median_days: float | None


class Funnel(NamedTuple):
    steps: list[Step]
    # How many stand at each end that is not the last step, under its name.
    ends: list[tuple[str, int]]
    # Who came by a list in this time: nobody of them asked, so they are none of those above.
    imported: int = 0


def read(chosen: DateRange) -> Funnel:
    arguments = {"start": chosen.start, "end": chosen.end, "steps": [str(step) for step in STEPS]}
    [(imported, came, *numbers)] = query.rows(sql(), arguments)
    ends, steps = numbers[: len(ENDS) + 1], numbers[len(ENDS) + 1 :]
    names = [*(str(end.label) for end in ENDS), _("erased since")]
    return Funnel(steps_of(came, steps[::2], steps[1::2]), list(zip(names, ends, strict=True)), imported)


def sql() -> str:
    places = range(1, len(STEPS) + 1)
    return SQL.format(
        firsts=", ".join(FIRST.format(place) for place in places),
        steps=", ".join(STEP.format(place) for place in places),
        ends=", ".join(END.format(end) for end in [*ENDS, "erased"]),
    )


def steps_of(came: int, numbers: list[int], medians: list[Any]) -> list[Step]:
    steps = [Step(_("Came in"), came, None, share(came, came), None)]
    for stage, number, median in zip(STEPS, numbers, medians, strict=True):
        before = steps[-1].number
        label = str(stage.label).capitalize()
        steps.append(Step(label, number, share(number, before), share(number, came), lasting(median, DAYS)))
    return steps


def table(found: Funnel, chosen: DateRange) -> Table:
    columns = [_("Reached"), _("Leads"), _("Of the step before (%)"), _("Of all (%)"), _("Median days since they came")]
    came = found.steps[0].number
    ends: list[list[Cell]] = [
        [_("Now: %(stage)s") % {"stage": label}, number, None, share(number, came), None]
        for label, number in found.ends
    ]
    if found.imported:
        ends.append([_("Imported by lists, not counted above"), found.imported, None, None, None])
    notes = [
        _("Of the leads that began in this time, how many have reached each stage until today."),
        _("Whoever reached a later one has passed those before it; merged leads are one person."),
    ]
    steps: list[list[Cell]] = [[*step] for step in found.steps]
    return Table("funnel", _("How far people came"), columns, [*steps, *ends], notes, has_total=False)
