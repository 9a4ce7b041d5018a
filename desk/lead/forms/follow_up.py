"""Where a lead goes next: its next action, its stage, its owner."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.lead.forms.base import (
    NO_PLAN,
    SAY_WHY,
    LeadForm,
    PlanField,
    ask_whether_they_stop,
    asked_to_stop_field,
    day_field,
    moment_of,
    moved_to,
    owners_for,
    reason_field,
    refuse_day_that_is_over,
    time_field,
    told_field,
)
from enquiries import actions
from enquiries import rules as own_rules
from enquiries.models import Lead
from foundation.actors import Actor
from foundation.models import ClinicProfile


class PlanForm(LeadForm):
    verb = "plan"
    submit = _("Save next action")
    done = _("The next action is saved.")
    watches = ("next_action", "next_action_on", "next_action_at")

    next_action = PlanField(label=_("Next action"), max_length=200)
    next_action_on = day_field()
    next_action_time = time_field()

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        at = lead.next_action_at
        time = at.astimezone(ClinicProfile.objects.current().zone).time() if at else None
        return {"next_action": lead.next_action, "next_action_on": lead.next_action_on, "next_action_time": time}

    def clean(self) -> None:
        if not self.lead.is_open:
            self.add_error(None, NO_PLAN)
        time = self.cleaned_data.pop("next_action_time", None)
        self.take_moment(moment_of(self.cleaned_data.get("next_action_on"), time))

    def apply(self, lead: Lead, by: Actor) -> Any:
        at = moved_to(self.cleaned_data["next_action_on"], self.cleaned_data["next_action_at"])
        plan = {**self.cleaned_data, "next_action_at": at}
        return actions.set_next_action(lead=lead, by=by, version=lead.version, **plan)


class Chip(NamedTuple):
    """One click to a later day."""

    label: Any
    day: date
    key: str = ""


class SnoozeForm(LeadForm):
    """The same next action on another day. A chip posts its day: a page left open overnight keeps its word."""

    verb = "snooze"
    submit = _("Put off")
    done = _("The next action has another day.")
    watches = ("next_action", "next_action_on", "next_action_at")
    DAYS = ((1, _("Tomorrow"), "z"), (3, _("In 3 days"), ""), (7, _("In a week"), ""))

    next_action_on = day_field(label=_("Put off until"))

    def chips(self) -> list[Chip]:
        """On a day when the clinic is closed nobody would see it, so the next one on which it is open."""
        profile = ClinicProfile.objects.current()
        today, hours = profile.today(), profile.business_hours()
        return [Chip(label, hours.open_day(today + timedelta(days=days)), key) for days, label, key in self.DAYS]

    def clean_next_action_on(self) -> date:
        """Today is a day to put off to: it is what a chip of yesterday says."""
        day: date = self.cleaned_data["next_action_on"]
        refuse_day_that_is_over(day)
        return day

    def clean(self) -> None:
        if not self.lead.is_open or not self.lead.next_action:
            self.add_error(None, _("This lead has no next action that could wait."))

    def wants(self, name: str) -> Any:
        return super().wants(name) or None

    def apply(self, lead: Lead, by: Actor) -> Any:
        plan = {"next_action": lead.next_action, "next_action_on": self.cleaned_data["next_action_on"]}
        return actions.set_next_action(lead=lead, by=by, version=lead.version, **plan)


class MoveForm(LeadForm):
    verb = "move"
    submit = _("Move")
    done = _("The stage is changed.")
    watches = ("stage", "next_action", "next_action_on", "next_action_at")

    stage = forms.ChoiceField(label=_("Move to stage"))
    reason = reason_field(help_text=_("Needed for lost, unsuitable and invalid."))
    asked_to_stop = asked_to_stop_field(
        help_text=_("For lost, unsuitable and invalid. What waits to be sent is cancelled.")
    )
    told = told_field()
    next_action = PlanField(
        label=_("Then"), max_length=200, required=False, help_text=_("Left empty, the next action stays as it is.")
    )
    next_action_on = day_field(required=False)
    next_action_time = time_field()

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        self.fields["stage"].choices = self.stages()  # type: ignore[attr-defined]

    def stages(self) -> list[tuple[str, Any]]:
        """Where it may go; for a stale form, also where it might have gone, so that it hears what changed instead."""
        offered = self.lead.allowed_stages()
        if self.by is not None and not self.by.has_perm(own_rules.MOVE_CLINICAL):
            kept_back = self.lead.clinical_stages()
            self.fields["stage"].help_text = _("Candidate and unsuitable are for clinical staff to decide.")
            offered = [stage for stage in offered if stage not in kept_back]
        if self.is_bound and self.data.get("seen_stage", self.lead.stage) != self.lead.stage:
            offered = [*offered, *(stage for stage in Lead.Stage.values if stage not in offered)]
        return [(stage, Lead.Stage(stage).label) for stage in offered]

    def clean(self) -> None:
        closes = self.cleaned_data.get("stage") in Lead.CLOSED_WITH_REASON
        stops = self.cleaned_data.get("asked_to_stop")
        if stops and not closes:
            self.add_error("asked_to_stop", _("Close the lead as well, so that nobody writes to them by hand."))
        if closes and not (stops or self.cleaned_data.get("reason")):
            self.add_error("reason", SAY_WHY)
        self.take_time()
        ask_whether_they_stop(self)

    def wants(self, name: str) -> Any:
        return super().wants(name) or None

    def apply(self, lead: Lead, by: Actor) -> Any:
        at = moved_to(self.cleaned_data["next_action_on"] or lead.next_action_on, self.cleaned_data["next_action_at"])
        return actions.move_lead(lead=lead, by=by, version=lead.version, **{**self.cleaned_data, "next_action_at": at})


class AssignForm(LeadForm):
    verb = "assign"
    submit = _("Assign")
    done = _("The owner is changed.")
    watches = ("owner",)

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        self.fields["owner"] = forms.ModelChoiceField(
            owners_for(lead), label=_("Owner"), required=False, empty_label=_("nobody")
        )

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        return {"owner": lead.owner_id}

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.assign_lead(lead=lead, owner=self.cleaned_data["owner"], by=by, version=lead.version)
