"""Calls, notes and mail: what is said to a person, and about them."""

from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.lead.forms.base import NO_PLAN, LeadForm, day_field, text_area
from enquiries import actions
from enquiries.emails import filled_in
from enquiries.models import Lead, LeadEvent, MailTemplate
from foundation.actors import Actor


class CallForm(LeadForm):
    """Its buttons are the outcomes, so that a call without many words is one click."""

    verb = "call"
    done = _("The call is on the timeline.")
    watches = ("next_action", "next_action_on")

    outcome = forms.ChoiceField(
        label=_("How it went"), choices=LeadEvent.Outcome, error_messages={"required": _("Say how the call went.")}
    )
    text = forms.CharField(label=_("What was said"), max_length=5000, required=False, widget=text_area(2))
    next_action = forms.CharField(
        label=_("Next action"), max_length=200, required=False, help_text=_("Left empty, it stays as it is.")
    )
    next_action_on = day_field(required=False)

    def clean(self) -> None:
        plans = self.cleaned_data.get("next_action") or self.cleaned_data.get("next_action_on")
        if plans and not self.lead.is_open:
            self.add_error(None, NO_PLAN)

    def wants(self, name: str) -> Any:
        return super().wants(name) or None

    def outcomes(self) -> list[tuple[str, Any]]:
        words = (_("Spoke with them"), _("Left a message"), _("No answer"))
        return list(zip(LeadEvent.Outcome.values, words, strict=True))

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.log_call(lead=lead, by=by, version=lead.version, **self.cleaned_data)


class NoteForm(LeadForm):
    verb = "note"
    submit = _("Add note")
    done = _("The note is on the timeline.")

    text = forms.CharField(label=_("Note"), max_length=5000, widget=text_area(3))

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.add_note(lead=lead, text=self.cleaned_data["text"], by=by)


class Preview(NamedTuple):
    template: MailTemplate
    subject: str
    body: str


class MailForm(LeadForm):
    verb = "mail"
    submit = _("Send this mail")
    done = _("The mail is on its way.")

    template = forms.ModelChoiceField(
        MailTemplate.objects.none(),
        error_messages={
            "required": _("Choose a text."),
            "invalid_choice": _("This text may not be sent any more. Choose another one."),
        },
    )

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        self.fields["template"].queryset = MailTemplate.objects.approved()  # type: ignore[attr-defined]

    def previews(self) -> list[Preview]:
        """Each text exactly as it would go out."""
        templates = self.fields["template"].queryset  # type: ignore[attr-defined]
        return [Preview(template, *filled_in(template, self.lead, self.by)) for template in templates]

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.send_template(lead=lead, template=self.cleaned_data["template"], by=by)


class ResendForm(LeadForm):
    verb = "resend"
    submit = _("Send the packet again")
    done = _("The packet is on its way again.")

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.resend_packet(lead=lead, by=by)
