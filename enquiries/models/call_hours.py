"""When somebody prefers to be called, by the clock where they are: at a time of weekdays, or between two times."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.db import models
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# As a column holds it: empty, one of CallTime, or "09:30-11:00". The times have each two figures, so that they compare.
PATTERN = r"^(|mornings|afternoons|evenings|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$"
LONGEST = 11
SATURDAY = 5


class CallTime(models.TextChoices):
    MORNINGS = "mornings", gettext_lazy("on weekday mornings (8 to 12)")
    AFTERNOONS = "afternoons", gettext_lazy("on weekday afternoons (12 to 5)")
    EVENINGS = "evenings", gettext_lazy("on weekday evenings (5 to 9)")


SPANS = {CallTime.MORNINGS: (8, 12), CallTime.AFTERNOONS: (12, 17), CallTime.EVENINGS: (17, 21)}


class CallHours(NamedTuple):
    begin: time
    end: time
    on_weekdays: bool

    def holds(self, clock: datetime) -> bool:
        """clock: what it says where they are."""
        is_day = not (self.on_weekdays and clock.weekday() >= SATURDAY)
        return is_day and self.begin <= clock.time() < self.end

    def next_begin(self, clock: datetime) -> datetime:
        """When they hold again, by the same clock."""
        begins = (datetime.combine(clock.date() + timedelta(days=days), self.begin) for days in range(8))
        return next(begin for begin in begins if begin > clock and self.holds(begin))


def call_hours(code: str) -> CallHours | None:
    if code in CallTime.values:
        begin, end = SPANS[CallTime(code)]
        return CallHours(time(begin), time(end), on_weekdays=True)
    begin_at, dash, end_at = code.partition("-")
    return CallHours(time.fromisoformat(begin_at), time.fromisoformat(end_at), on_weekdays=False) if dash else None


def written(begin: time, end: time) -> str:
    return f"{begin:%H:%M}-{end:%H:%M}"


def call_hours_in_words(code: str) -> str:
    if code in CallTime.values:
        return str(CallTime(code).label)
    hours = call_hours(code)
    if hours is None:
        return ""
    return _("between %(begin)s and %(end)s") % {"begin": time_format(hours.begin), "end": time_format(hours.end)}
