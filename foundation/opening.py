"""When the clinic is open, in words: the week as it is printed, and whether somebody answers just now."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import NamedTuple

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from foundation import days
from foundation.business_hours import DAY, BusinessHours, Span
from foundation.models import ClinicProfile

# A day of the week names one day only as long as it does not come again.
NAMED_BY_WEEKDAY = timedelta(days=6)


class Opening(NamedTuple):
    """changes_at: when it closes or opens next, by the clock of the clinic; None where it never closes."""

    is_open: bool
    changes_at: datetime | None


def opening(hours: BusinessHours, now: datetime) -> Opening | None:
    """None where nobody has said when it is open."""
    if not hours.week:
        return None
    spans = hours.spans(now)
    since, until = next(spans)
    if since > now:
        return Opening(False, since.astimezone(hours.zone))
    for opens, closes in spans:
        if opens > until:
            return Opening(True, until.astimezone(hours.zone))
        # Open past midnight, it does not close at midnight.
        until = closes
        if until - now > 8 * DAY:
            return Opening(True, None)
    raise AssertionError("the spans never end")


def changed_by_time(now: datetime) -> tuple[datetime | None, datetime | None]:
    """When the words of now became true, and until when they are: also a midnight, after which "Monday" is today."""
    hours = ClinicProfile.objects.current().business_hours()
    found = opening(hours, now)
    if found is None:
        return None, None
    today = now.astimezone(hours.zone).date()
    midnights = [datetime.combine(day, time(), hours.zone).astimezone(UTC) for day in (today, today + DAY)]
    since = max(edge for edge in edges(hours, midnights[0], now))
    return since, min(filter(None, (found.changes_at, midnights[1])))


def edges(hours: BusinessHours, since: datetime, now: datetime) -> list[datetime]:
    """The moments up to now, since the first one of the day, at which it opened or closed."""
    found = [since]
    for span in hours.spans(since):
        if span[0] > now:
            return found
        found += [moment for moment in span if moment <= now]
    raise AssertionError("the spans never end")


def in_words(profile: ClinicProfile, now: datetime | None = None) -> str:
    """Such as "Open until 5 p.m. (time in New York)"; empty where nobody has said when it is open."""
    now = now or timezone.now()
    found = opening(profile.business_hours(), now)
    if found is None:
        return ""
    if found.changes_at is None:
        return _("Open day and night")
    values = {"time": spoken(found.changes_at.time()), "zone": zone_in_words(profile, found.changes_at)}
    if found.is_open:
        return _("Open until %(time)s (%(zone)s)") % values
    return opens_in_words(found.changes_at, profile, profile.today(now), values)


def opens_in_words(opens_at: datetime, profile: ClinicProfile, today: date, values: dict[str, str]) -> str:
    day = opens_at.date()
    if day == today:
        return _("Closed now, opens at %(time)s (%(zone)s)") % values
    if day - today <= NAMED_BY_WEEKDAY:
        return _("Closed now, opens %(day)s at %(time)s (%(zone)s)") % {**values, "day": WEEKDAYS[day.weekday()]}
    return _("Closed now, opens on %(day)s at %(time)s (%(zone)s)") % {**values, "day": days.day(day, profile=profile)}


def zone_in_words(profile: ClinicProfile, at: datetime) -> str:
    """By its city, which more people know than a name such as EST."""
    region, _slash, city = profile.time_zone.rpartition("/")
    if not region or region.startswith("Etc"):
        return at.tzname() or profile.time_zone
    return _("time in %(city)s") % {"city": city.replace("_", " ")}


def spoken(at: time) -> str:
    return time_format(at, "TIME_FORMAT")


def printed(profile: ClinicProfile) -> str:
    """The week, made of its rows in the language of the reader, and what somebody noted beside it."""
    parts = [_("%(days)s, %(hours)s") % part for part in week_in_words(profile.business_hours())]
    return " ".join(
        filter(None, ("; ".join(parts), f"({profile.hours})" if parts and profile.hours else profile.hours))
    )


def week_in_words(hours: BusinessHours) -> list[dict[str, str]]:
    open_days = [(day, tuple(hours.week[day])) for day in sorted(hours.week)]
    # Days that follow each other and have the same hours are said as one.
    runs = groupby(enumerate(open_days), key=lambda item: (item[1][0] - item[0], item[1][1]))
    return [
        {"days": days_in_words([day for _place, (day, _spans) in run]), "hours": spans_in_words(spans)}
        for (_start, spans), run in runs
    ]


def days_in_words(days: list[int]) -> str:
    if len(days) > 2:
        return _("%(first)s to %(last)s") % {"first": WEEKDAYS[days[0]], "last": WEEKDAYS[days[-1]]}
    return get_text_list([str(WEEKDAYS[day]) for day in days], _("and"))


def spans_in_words(spans: Sequence[Span]) -> str:
    if spans == ((timedelta(0), DAY),):
        return _("day and night")
    return get_text_list([_("%(opens)s to %(closes)s") % ends_of(span) for span in spans], _("and"))


def ends_of(span: Span) -> dict[str, str]:
    opens, closes = ((datetime.min + length).time() for length in span)
    return {"opens": spoken(opens), "closes": spoken(closes)}
