"""A lead that staff take down by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.lead.forms.base import (
    TIME_IS_OVER,
    PlanField,
    country_field,
    day_field,
    is_over_today,
    moment_of,
    refuse_day_that_is_over,
    text_area,
    time_field,
)
from desk.lead.forms.details import refuse_address_of_another
from enquiries import actions
from enquiries.actions.leads import planned
from enquiries.forms import PacketForm
from enquiries.models import Lead, possible_owners
from foundation.actors import Actor
from foundation.models import ClinicProfile, ConsentWording

Kind = ConsentWording.Kind
# By the field that shows it: being sent the packet and being contacted are two choices, as on the public form.
WORDINGS = {"consent_packet": Kind.PACKET, "consent_contact": Kind.ANSWER}


class AddLeadForm(forms.ModelForm):
    """Somebody rang up or stood at the desk."""

    country = country_field()
    next_action = PlanField(label=_("Next action"), max_length=200)
    next_action_on = day_field()
    next_action_time = time_field()
    message = forms.CharField(label=_("What they asked"), max_length=5000, required=False, widget=text_area(4))
    consent_contact = forms.BooleanField(
        label=_("They want to be contacted, and agreed to this, spoken:"), required=False
    )
    consent_packet = forms.BooleanField(
        label=_("They want the information packet, and agreed to this, spoken:"), required=False
    )
    wording_contact = forms.IntegerField(required=False, widget=forms.HiddenInput)
    wording_packet = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Lead
        fields = ("name", "email", "phone", "country", "owner", "next_action", "next_action_on")

    def __init__(self, data: Any = None, *, by: Actor) -> None:
        shown = {name: ConsentWording.objects.current(kind) for name, kind in WORDINGS.items()}
        initial = {
            "owner": by,
            "next_action": Lead.Plan.CALL_BACK,
            "next_action_on": ClinicProfile.objects.current().today(),
        }
        numbers = {number_of(name): wording.number for name, wording in shown.items()}
        super().__init__(data, initial={**initial, **numbers})
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]
        for name, wording in shown.items():
            self.fields[name].help_text = f"“{wording.text}”"
        self.fields["consent_packet"].help_text += " " + _("It goes out now, when there is an e-mail address.")

    def clean_email(self) -> str | None:
        email = self.cleaned_data["email"]
        refuse_address_of_another(email)
        return email

    def clean_next_action_on(self) -> Any:
        refuse_day_that_is_over(self.cleaned_data["next_action_on"])
        return self.cleaned_data["next_action_on"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        day, time = self.cleaned_data.get("next_action_on"), self.cleaned_data.get("next_action_time")
        self.instance.next_action_at = moment_of(day, time)
        if is_over_today(self.instance.next_action_at):
            self.add_error("next_action_time", TIME_IS_OVER)
        # Postgres says so too, but Django tries no constraint of which the form lacks a column.
        if not (self.cleaned_data.get("email") or self.cleaned_data.get("phone") or self.errors):
            self.add_error(None, _("Give an e-mail address or a telephone number."))
        if not any(self.cleaned_data.get(name) for name in WORDINGS):
            refusal = _("Without their agreement to one of the two we may not keep this. Ask them, then tick the box.")
            self.add_error("consent_contact", refusal)
        return self.cleaned_data

    def typed(self) -> dict[str, str]:
        """What visitors are asked too, so that both kinds of enquiry read alike."""
        return {name: self.data.get(name, "") for name in PacketForm.asked() if name in self.fields}

    def agreed_to(self, name: str) -> ConsentWording | None:
        """In the words that stood on the page."""
        number = self.cleaned_data[number_of(name)]
        return ConsentWording.objects.shown(WORDINGS[name], number) if self.cleaned_data[name] else None

    def added_already(self, by: Actor) -> Lead | None:
        """By a second click; whoever came back to plan otherwise, or to tick more, is told what stands in the way."""
        self.is_valid()
        found = actions.taken_down_already(self.typed(), by)
        if found is None:
            return None
        plan = (*map(self.cleaned_data.get, ("next_action", "next_action_on")), self.instance.next_action_at)
        given = {name: bool(self.cleaned_data.get(name)) for name in WORDINGS}
        is_same = plan == planned(found) and found.owner == self.cleaned_data.get("owner")
        return found if is_same and given == agreements(found) else None

    def add(self, by: Actor) -> Lead:
        return actions.add_lead(
            lead=self.instance,
            fields=self.typed(),
            packet_wording=self.agreed_to("consent_packet"),
            contact_wording=self.agreed_to("consent_contact"),
            by=by,
        )


def agreements(lead: Lead) -> dict[str, bool]:
    newest = lead.enquiries.order_by("-pk").first()
    return {name: getattr(newest, f"{name}_id", None) is not None for name in WORDINGS}


def number_of(name: str) -> str:
    return name.replace("consent_", "wording_")
