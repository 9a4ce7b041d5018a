"""Who the person is: what staff correct, and what the person wrote since."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from desk.lead.forms.base import LeadForm, country_field
from desk.lead.known import known_of
from enquiries import actions
from enquiries.actions.leads import check_address_is_free
from enquiries.models import Enquiry, Lead
from enquiries.rules import lead_facts
from foundation.actors import Actor
from foundation.addresses import AddressFormField
from foundation.domains import suggest_domain

DETAILS = {"name": _("Name"), "phone": _("Telephone"), "country": _("Country")}


def refuse_address_of_another(email: str | None, lead: Lead | None = None) -> None:
    """What the action will say, with a link, so that the two can be compared; it asks again, under a lock."""
    try:
        check_address_is_free(email, lead)
    except ValidationError as error:
        url = Lead.objects.get(email=email).survivor().get_absolute_url()
        raise ValidationError(format_html('{} <a href="{}">{}</a>', error.messages[0], url, _("Open it"))) from error


def probable_address(lead: Lead) -> str | None:
    """What the person may have meant, when the domain looks mistyped."""
    address = lead.mail_address or ""
    domain = suggest_domain(address) if address else None
    return f"{address.rpartition('@')[0]}@{domain}" if domain else None


class DetailsForm(LeadForm):
    verb = "details"
    submit = _("Save details")
    done = _("The details are saved.")
    watches = ("name", "phone", "country")

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    country = country_field()

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        return {name: getattr(lead, name) for name in ("name", "phone", "country")}

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.change_details(lead=lead, details=self.cleaned_data, by=by, version=lead.version)


class AcceptForm(LeadForm):
    """A value that the person wrote and that differs from the stored one: taken over, or looked at and left."""

    verb = "accept"
    done = _("The details are saved.")
    watches = tuple(DETAILS)

    field = forms.ChoiceField(choices=tuple(DETAILS.items()))
    enquiry = forms.ModelChoiceField(Enquiry.objects.none())
    keep = forms.BooleanField(required=False)

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        if self.is_bound:
            theirs = Enquiry.objects.filter(lead__in=lead.family())
            self.fields["enquiry"].queryset = theirs  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.errors:
            return
        name = self.cleaned_data["field"]
        posted = lead_facts(self.cleaned_data["enquiry"].fields)[name]
        if not posted:
            self.add_error(None, _("This enquiry says nothing of it."))
        # By the name of the lead's own field, as a conflict shows it.
        self.cleaned_data[name] = posted

    def wants(self, name: str) -> Any:
        taken = not self.cleaned_data["keep"] and name == self.cleaned_data["field"]
        return super().wants(name) if taken else None

    def apply(self, lead: Lead, by: Actor) -> Any:
        name, enquiry = self.cleaned_data["field"], self.cleaned_data["enquiry"]
        if self.cleaned_data["keep"]:
            return actions.keep_details(lead=lead, field=name, enquiry=enquiry, by=by)
        details = {name: self.cleaned_data[name]}
        return actions.change_details(lead=lead, details=details, by=by, version=lead.version, enquiry=enquiry)


class CorrectAddressForm(LeadForm):
    verb = "correct-address"
    submit = _("Correct the address")
    done = _("The address is corrected.")
    watches = ("email",)

    email = AddressFormField(label=_("E-mail address"))
    resend = forms.BooleanField(label=_("Send the packet there"), required=False)
    # Asked only of somebody whose word stands against it.
    asked_since = forms.BooleanField(
        label=_("They have asked for mail since"),
        required=False,
        help_text=_("They asked us to stop. Without this tick nothing goes to the new address either."),
    )

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        if not known_of(lead).against_mail.kept:
            del self.fields["asked_since"]

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        # What the person may have meant is said beside the form: a stranger may own that address.
        return {"email": lead.mail_address}

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        refuse_address_of_another(email, self.lead)
        return email

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.correct_address(lead=lead, by=by, version=lead.version, **self.cleaned_data)
