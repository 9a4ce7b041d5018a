"""Why people were lost, of the leads of a time. What somebody typed once may tell of a person, so it is not named."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from desk.numbers import query
from desk.numbers.coordinators import CAME
from desk.numbers.issue_by_domain import FEWEST
from desk.numbers.range import DateRange
from desk.numbers.tables import Cell, Table, share, total_row
from enquiries.models import Lead

# Whoever asked us to stop counts by that, whatever else was typed. The same words in other letters are the same.
SQL = f"""
WITH counted AS (
    SELECT CASE WHEN closed_reason ~ '^asked_to_stop(:|$)' THEN 'asked_to_stop'
        ELSE lower(btrim(ltrim(closed_reason, ':'))) END AS reason,
        count(*) AS leads
    FROM ({CAME}) AS came WHERE stage = %(lost)s GROUP BY 1
), named AS (
    SELECT CASE WHEN leads >= %(fewest)s THEN reason ELSE '' END AS words, leads FROM counted
)
SELECT words, sum(leads) FROM named GROUP BY words ORDER BY (words = ''), sum(leads) DESC, words
"""  # noqa: S608 - all parts are ours


class Reason(NamedTuple):
    """words: empty for all that were given too seldom to be named."""

    words: str
    leads: int

    @property
    def label(self) -> str:
        return Lead.Closed.in_words(self.words) or _("other")


def read(chosen: DateRange) -> list[Reason]:
    arguments = {"start": chosen.start, "end": chosen.end, "lost": Lead.Stage.LOST.value, "fewest": FEWEST}
    return hidden([Reason(words, int(leads)) for words, leads in query.rows(SQL, arguments)])


def hidden(found: list[Reason]) -> list[Reason]:
    """As of domains: what is not named is never a few people alone."""
    while len(found) > 1 and not found[-1].words and found[-1].leads < FEWEST:
        found = [*found[:-2], Reason("", found[-2].leads + found[-1].leads)]
    return found


def table(found: list[Reason], chosen: DateRange) -> Table:
    lost = sum(one.leads for one in found)
    rows: list[list[Cell]] = [[one.label, one.leads, share(one.leads, lost)] for one in found]
    total: list[list[Cell]] = [[*total_row([row[:2] for row in rows]), share(lost, lost)]] if rows else []
    notes = [
        _("Of the leads that began in this time, those that are lost today; erased ones are left out."),
        _("Reasons that were given for fewer than ten people stand together as “other”."),
    ]
    return Table("reasons-lost", _("Why people were lost"), columns(), [*rows, *total], notes)


def columns() -> list[str]:
    return [_("Reason"), _("Leads"), _("Of all lost (%)")]
