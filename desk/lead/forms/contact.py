"""Calls, notes and mail: what is said to a person, and about them."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from desk.lead.forms.base import (
    NO_PLAN,
    WRITTEN_ALREADY,
    LeadForm,
    PlanField,
    day_field,
    lead_named,
    moment_field,
    moved_to,
    text_area,
    time_field,
)
from desk.lead.forms.mentions import told_of, words_field
from desk.lead.hours import Preferred, preferred
from enquiries import actions
from enquiries.actions.contacts import NOTHING_TO_LIFT, check_moment
from enquiries.emails import filled_in
from enquiries.models import (
    CallOutcome,
    Lead,
    LeadEvent,
    LeadMail,
    LeftOut,
    MailTemplate,
    contact_choice,
)
from foundation.actors import Actor
from foundation.models import ClinicProfile

NOT_TO_BE_CALLED = _(
    "This is not what they chose (%(choice)s). If you did call them, press the button again to log it."
)

NOT_NOW = _(
    "They prefer to be called %(hours)s, and there it is another time. If you did call them, press the button again to "
    "log it."
)
HOURS = "hours"
ALREADY_TAKEN_BACK = _("You have taken this note back already.")
JUST_MAILED = _("You have sent them this mail already, within the last ten minutes.")

# Before the number of an outcome of the clinic's own.
OWN = "own-"


class Then(models.TextChoices):
    """What becomes of the next action when a call was made."""

    KEEP = "keep", _("It stays as it is")
    DONE = "done", _("Done: decide on the next open day what comes next")
    NEW = "new", _("Something new")


class CallForm(LeadForm):
    """Its buttons are the outcomes, so that a call without many words is one click."""

    verb = "call"
    is_wanted_again = True
    done = _("The call is on the timeline.")
    watches = ("next_action", "next_action_on", "next_action_at")

    outcome = forms.ChoiceField(
        label=_("How it went"), choices=LeadEvent.Outcome, error_messages={"required": _("Say how the call went.")}
    )
    text = words_field(label=_("What was said"), rows=2, required=False)
    at = moment_field(label=_("When it was"), required=False, help_text=_("Left empty, it was just now."))
    direction = forms.ChoiceField(
        label=_("Who called"),
        choices=[(one.value, capfirst(one.label)) for one in LeadEvent.Direction],
        required=False,
        initial=LeadEvent.Direction.OURS,
        widget=forms.RadioSelect,
    )
    then = forms.ChoiceField(
        label=_("And the next action?"), choices=Then, required=False, initial=Then.KEEP, widget=forms.RadioSelect
    )
    next_action = PlanField(label=_("What comes next"), max_length=200, required=False)
    next_action_on = day_field(required=False)
    next_action_time = time_field()
    # What they chose and prefer, once whoever logs the call was told of it.
    told = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        self.own = {f"{OWN}{one.pk}": one for one in CallOutcome.objects.all()[: CallOutcome.MOST]}
        self.fields["outcome"].choices = self.outcomes()  # type: ignore[attr-defined]

    def clean(self) -> None:
        self.take_own()
        self.decide()
        self.take_time()
        if any(self.cleaned_data.get(name) for name in self.watches) and not self.lead.is_open:
            self.add_error(None, NO_PLAN)
        self.ask_again()

    def take_own(self) -> None:
        """An outcome of the clinic's own counts as one of those that the site knows, and keeps its words."""
        if own := self.own.get(self.cleaned_data.get("outcome", "")):
            self.cleaned_data.update(outcome=own.counts_as, called=own.words)

    def decide(self) -> None:
        """What somebody typed is something new, whichever button stands beside it, unless that one says otherwise."""
        then, typed = self.cleaned_data.pop("then", ""), bool(self.cleaned_data.get("next_action"))
        dated = self.cleaned_data.get("next_action_on") or self.cleaned_data.get("next_action_time")
        if then == Then.NEW and not (typed or self.errors or dated):
            self.add_error("next_action", _("Say what comes next."))
        if then == Then.DONE and typed:
            self.add_error("next_action", _("Choose “Something new” for this, or leave it empty."))
        elif then == Then.DONE:
            self.cleaned_data["next_action"] = Lead.Plan.DECIDE.value
            self.cleaned_data["next_action_on"] = self.cleaned_data.get("next_action_on") or next_open_day()

    def ask_again(self) -> None:
        """Once, and then it is logged; whoever rang up themselves chose it."""
        if self.cleaned_data.get("direction") == LeadEvent.Direction.THEIRS:
            return
        against = self.what_stands_against()
        new = {code: words for code, words in against.items() if code not in self.cleaned_data.get("told", "").split()}
        for words in new.values():
            self.add_error(None, words)
        if new:
            self.data = {**{name: self.data.get(name) for name in self.data}, "told": " ".join(against)}

    def what_stands_against(self) -> dict[str, Any]:
        """By its code, what they chose and when they prefer to be called."""
        choice, hours = contact_choice(self.lead), self.hours_then()
        found: dict[str, Any] = {}
        if choice and choice.forbids_calls:
            found[choice.value] = NOT_TO_BE_CALLED % {"choice": choice.label}
        if hours and hours.is_outside:
            found[HOURS] = NOT_NOW % {"hours": hours.words}
        return found

    def hours_then(self) -> Preferred | None:
        """Of a moment that is refused anyway none: no clock may go so far."""
        at = self.cleaned_data.get("at")
        try:
            check_moment(at)
        except ValidationError:
            return None
        return preferred(self.lead, at)

    def wants(self, name: str) -> Any:
        return super().wants(name) or None

    def outcomes(self) -> list[tuple[str, Any]]:
        words = (_("Spoke with them"), _("Left a message"), _("No answer"))
        built_in = list(zip(LeadEvent.Outcome.values, words, strict=True))
        return [*built_in, *((value, one.words) for value, one in self.own.items())]

    def apply(self, lead: Lead, by: Actor) -> Any:
        call = {name: value for name, value in self.cleaned_data.items() if name != "told"}
        call["next_action_at"] = moved_to(call["next_action_on"] or lead.next_action_on, call["next_action_at"])
        return actions.log_call(lead=lead, by=by, version=lead.version, page=self.page, **call)

    def remarks(self) -> list[str]:
        return told_of(self.cleaned_data["text"])


def next_open_day() -> date:
    profile = ClinicProfile.objects.current()
    return profile.business_hours().open_day(profile.today() + timedelta(days=1))


class NoteForm(LeadForm):
    verb = "note"
    is_wanted_again = True
    submit = _("Add note")
    done = _("The note is on the timeline.")

    text = words_field(label=_("Note"), rows=3, help_text=_("“@” and a name tells a colleague of it."))

    def remarks(self) -> list[str]:
        return told_of(self.cleaned_data["text"])

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.add_note(lead=lead, text=self.cleaned_data["text"], by=by, page=self.page)


class TakeBackForm(LeadForm):
    """A note on the wrong person. Its buttons say what is to become of it."""

    verb = "take-back"
    done = _("The note no longer stands here.")

    note = forms.ModelChoiceField(LeadEvent.objects.none(), widget=forms.HiddenInput)
    other = forms.CharField(
        label=_("Who it is about: name, address, telephone or number"), max_length=254, required=False
    )
    moves = forms.BooleanField(required=False)

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        if self.is_bound:
            self.fields["note"].queryset = LeadEvent.objects.of(lead.family())  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.cleaned_data.get("moves"):
            try:
                self.cleaned_data["other"] = lead_named(self.cleaned_data["other"], self.lead)
            except forms.ValidationError as error:
                self.add_error("other", error)

    def apply(self, lead: Lead, by: Actor) -> Any:
        to = self.cleaned_data["other"] if self.cleaned_data["moves"] else None
        return actions.take_back_note(note=self.cleaned_data["note"], to=to, by=by)

    def done_already(self, lead: Lead, by: Actor) -> Any:
        note, to = self.cleaned_data.get("note"), self.cleaned_data.get("other")
        moves = self.cleaned_data.get("moves")
        if not note or note.actor_id != by.account.pk or "taken_back" not in note.data or (moves and not to):
            return ""
        is_same = note.data["taken_back"]["to"] == (to.survivor().pk if moves and to else None)
        return ALREADY_TAKEN_BACK if is_same else ""


class Preview(NamedTuple):
    template: MailTemplate
    subject: str
    body: str


class MailForm(LeadForm):
    verb = "mail"
    mails = True
    submit = _("Send this mail")
    done = _("The mail is on its way.")

    template = forms.ModelChoiceField(
        MailTemplate.objects.none(),
        error_messages={
            "required": _("Choose a template."),
            "invalid_choice": _("This template may not be sent any more. Choose another one."),
        },
    )

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        self.fields["template"].queryset = MailTemplate.objects.approved()  # type: ignore[attr-defined]

    def previews(self) -> list[Preview]:
        """Each template exactly as it would go out."""
        templates = self.fields["template"].queryset  # type: ignore[attr-defined]
        return [Preview(template, *filled_in(template, self.lead, self.by)) for template in templates]

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.send_template(lead=lead, template=self.cleaned_data["template"], by=by)

    def done_already(self, lead: Lead, by: Actor) -> Any:
        if not self.has_error(NON_FIELD_ERRORS, LeftOut.HAD_IT_JUST_NOW):
            return ""
        last = LeadMail.objects.filter(lead__in=lead.family(), template=self.cleaned_data["template"]).latest("pk")
        return JUST_MAILED if last.by_id == by.account.pk else ""


class LiftStopForm(LeadForm):
    verb = "lift-stop"
    submit = _("They want mail again")
    done = _("Mail goes to them again.")

    words = forms.CharField(
        label=_("What they said, and how"),
        max_length=2000,
        widget=text_area(2),
        help_text=_("Only if they told you so themselves: whoever knows an address can type it into the form."),
    )
    send_packet = forms.BooleanField(label=_("Send them the packet now"), required=False, initial=True)

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.lift_stop(lead=lead, by=by, **self.cleaned_data)

    def done_already(self, lead: Lead, by: Actor) -> Any:
        """With the packet, where that is wanted, too."""
        if not self.has_error(NON_FIELD_ERRORS, NOTHING_TO_LIFT):
            return ""
        theirs = LeadEvent.objects.filter(lead__in=lead.family(), actor=by.account).order_by("-pk")
        said = theirs.filter(kind=LeadEvent.Kind.STOP_LIFTED, text=self.cleaned_data["words"].strip()).first()
        queued = theirs.filter(kind=LeadEvent.Kind.PACKET_QUEUED, pk__gt=said.pk if said else 0)
        is_done = said and (queued.exists() or not self.cleaned_data["send_packet"])
        return WRITTEN_ALREADY if is_done else ""
