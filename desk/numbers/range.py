"""From which day to which, as the address of the page says it. Days and weeks are those of the clinic."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.models import ClinicProfile

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
# Three years, with the leap day that one of them may have: more weeks than this are no longer told apart in a plot.
MOST_DAYS = 1096
# Before anybody could write to us; and the calendar of a computer ends somewhere.
EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True)
class Week:
    """A week from Monday, or what the range leaves of it."""

    monday: date
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class DateRange:
    """Both days are in it."""

    first: date
    last: date
    zone: tzinfo

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """The first moment that is no longer in it."""
        return datetime.combine(self.last + DAY, time(), self.zone)

    @property
    def weeks(self) -> list[Week]:
        first = monday_of(self.first)
        mondays = [first + number * WEEK for number in range((self.last - first).days // 7 + 1)]
        return [Week(monday, max(monday, self.first), min(monday + 6 * DAY, self.last)) for monday in mondays]

    @property
    def query(self) -> str:
        return urlencode({"from": self.first.isoformat(), "to": self.last.isoformat()})

    @property
    def cuts_a_week(self) -> bool:
        return any(week.days < 7 for week in self.weeks)


def monday_of(day: date) -> date:
    return day - day.weekday() * DAY


def presets() -> list[tuple[str, DateRange]]:
    """Up to today; the weeks begin on a Monday, so that only the last of them is cut."""
    profile = ClinicProfile.objects.current()
    today, zone = profile.today(), profile.zone
    monday = monday_of(today)
    firsts = [
        (_("Last 4 weeks"), monday - 3 * WEEK),
        (_("Last 12 weeks"), monday - 11 * WEEK),
        (_("This year"), today.replace(month=1, day=1)),
        (_("Last 12 months"), a_year_before(today) + DAY),
    ]
    return [(words, DateRange(first, today, zone)) for words, first in firsts]


def a_year_before(day: date) -> date:
    # The day before stands for a leap day in a year that has none.
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def default_range() -> DateRange:
    return presets()[1][1]


class RangeForm(forms.Form):
    def __init__(self, data: Any) -> None:
        """data: of the address. Without any of its own it shows the default."""
        shown = default_range()
        asked = data if "from" in data or "to" in data else {"from": shown.first, "to": shown.last}
        super().__init__(asked)
        # No Python name can be called "from".
        self.fields["from"] = day_field(gettext_lazy("From"))
        self.fields["to"] = day_field(gettext_lazy("To"))

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        today = ClinicProfile.objects.current().today()
        if first and first < EARLIEST:
            self.add_error("from", _("Begin in the year 2000 or later."))
        elif first and first > today:
            self.add_error("from", _("This day has not come yet."))
        elif first and last and last < first:
            self.add_error("to", _("This day comes before the first one."))
        elif first and last and (min(last, today) - first).days >= MOST_DAYS:
            self.add_error("to", _("That is more than three years; choose a shorter time."))

    def chosen(self) -> DateRange:
        """Of a valid form. What is still to come has no numbers, so it ends today."""
        profile = ClinicProfile.objects.current()
        last = min(self.cleaned_data["to"], profile.today())
        return DateRange(self.cleaned_data["from"], last, profile.zone)


def day_field(label: Any) -> forms.DateField:
    # Browsers want the ISO form, whatever the language of the page.
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    messages = {
        "required": gettext_lazy("Give a day."),
        "invalid": gettext_lazy("Write a day such as 2026-03-31."),
    }
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], error_messages=messages)
