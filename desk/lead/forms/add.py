"""A lead that staff take down by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.lead.forms.base import PlanField, country_field, day_field, possible_owners, text_area
from desk.lead.forms.details import refuse_address_of_another
from enquiries import actions
from enquiries.forms import PacketForm
from enquiries.models import Lead
from foundation.actors import Actor
from foundation.models import ClinicProfile, ConsentWording

CONTACT = ConsentWording.Kind.CONTACT


class AddLeadForm(forms.ModelForm):
    """Somebody rang up or stood at the desk."""

    country = country_field()
    next_action = PlanField(label=_("Next action"), max_length=200)
    next_action_on = day_field()
    message = forms.CharField(label=_("What they asked"), max_length=5000, required=False, widget=text_area(4))
    consent_contact = forms.BooleanField(
        label=_("They agreed, spoken, that we contact them about their health"),
        error_messages={"required": _("Without their agreement we may not keep this. Ask them, then tick the box.")},
    )
    send_packet = forms.BooleanField(
        label=_("Send the information packet now"),
        required=False,
        initial=True,
        help_text=_("Goes out only when there is an e-mail address."),
    )
    wording = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Lead
        fields = ("name", "email", "phone", "country", "owner", "next_action", "next_action_on")

    def __init__(self, data: Any = None, *, by: Actor) -> None:
        wording = ConsentWording.objects.current(CONTACT)
        initial = {
            "owner": by,
            "next_action": Lead.Plan.CALL_BACK,
            "next_action_on": ClinicProfile.objects.current().today(),
        }
        super().__init__(data, initial={**initial, "wording": wording.number})
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]
        self.fields["consent_contact"].help_text = wording.text

    def clean_email(self) -> str | None:
        email = self.cleaned_data["email"]
        refuse_address_of_another(email)
        return email

    def clean(self) -> dict[str, Any]:
        super().clean()
        # Postgres says so too, but Django tries no constraint of which the form lacks a column.
        if not (self.cleaned_data.get("email") or self.cleaned_data.get("phone") or self.errors):
            self.add_error(None, _("Give an e-mail address or a telephone number."))
        return self.cleaned_data

    def typed(self) -> dict[str, str]:
        """What visitors are asked too, so that both kinds of enquiry read alike."""
        return {name: self.data.get(name, "") for name in PacketForm.asked() if name in self.fields}

    def add(self, by: Actor) -> Lead:
        return actions.add_lead(
            lead=self.instance,
            fields=self.typed(),
            wording=ConsentWording.objects.shown(CONTACT, self.cleaned_data["wording"]),
            send_packet=self.cleaned_data["send_packet"],
            by=by,
        )
