"""When somebody prefers to be called."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.lead.forms.base import LeadForm, time_field
from enquiries import actions
from enquiries.models import Lead
from enquiries.models.call_hours import CallTime, call_hours, written
from foundation.actors import Actor

BETWEEN = "between"


class HoursForm(LeadForm):
    verb = "call-hours"
    submit = _("Save when to call")
    done = _("When they prefer to be called is saved.")
    watches = ("call_hours",)

    when = forms.ChoiceField(
        label=_("They prefer to be called, by their own clock"),
        required=False,
        choices=[("", _("at any time")), *CallTime.choices, (BETWEEN, _("between two times"))],
    )
    begin = time_field(label=_("From"))
    end = time_field(label=_("Until"))

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        hours = call_hours(lead.call_hours)
        if hours is None or lead.call_hours in CallTime.values:
            return {"when": lead.call_hours}
        return {"when": BETWEEN, "begin": hours.begin, "end": hours.end}

    def clean(self) -> None:
        when, begin, end = (self.cleaned_data.pop(name, None) for name in ("when", "begin", "end"))
        if when == BETWEEN and not self.errors:
            when = written(begin, end) if begin and end else ""
            # As it is kept: two times that differ by seconds are one, which never comes.
            first, _dash, last = when.partition("-")
            if not first < last:
                self.add_error("begin", _("Give two times of one day, the earlier one first."))
                return
        self.cleaned_data["call_hours"] = when or ""

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.change_details(lead=lead, details=self.cleaned_data, by=by, version=lead.version)
