"""Whether now is when somebody prefers to be called, told by both clocks."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from enquiries.models import Lead
from enquiries.models.call_hours import CallHours, call_hours, call_hours_in_words
from foundation import time_zones


class Preferred(NamedTuple):
    """What they prefer, and of a moment what that means; now_is is empty where their clock is not known."""

    words: str
    now_is: str
    # By every clock of their country: whoever may be in time is not asked about.
    is_outside: bool


def preferred(lead: Lead, at: datetime | None = None) -> Preferred | None:
    """at: a moment other than now, for a call that was then."""
    hours = call_hours(lead.call_hours)
    if hours is None:
        return None
    at = at or timezone.now()
    clocks = sorted(time_zones.clocks(lead.country, at))
    fits = [hours.holds(clock) for clock in clocks]
    return Preferred(
        call_hours_in_words(lead.call_hours), now_is(lead, hours, clocks, fits), bool(fits) and not any(fits)
    )


def now_is(lead: Lead, hours: CallHours, clocks: list[datetime], fits: list[bool]) -> str:
    if not clocks:
        return ""
    if all(fits):
        return _("now is a good time")
    if any(fits):
        return _("now may be a good time, by where they live")
    # Of several, that by which it is soonest.
    clock = min(clocks, key=lambda clock: hours.next_begin(clock) - clock)
    begin = hours.next_begin(clock)
    there = clock_in_words(begin, clock)
    if len(clocks) > 1:
        return _("not until %(there)s there, by where they live") % {"there": there}
    here = timezone.localtime(time_zones.moment_of(lead.country, begin))
    if here.replace(tzinfo=None) == begin:
        return _("not until %(there)s") % {"there": there}
    return _("not until %(there)s there (%(here)s here)") % {
        "there": there,
        "here": clock_in_words(here, timezone.localtime()),
    }


def clock_in_words(clock: datetime, now: datetime) -> str:
    """With the day of the week, unless it is the same day."""
    day = "" if clock.date() == now.date() else date_format(clock, "l")
    return " ".join(filter(None, [day, time_format(clock.time())]))
