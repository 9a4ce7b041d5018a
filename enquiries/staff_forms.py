"""What staff can do with a lead, one form a verb; the lead page shows them and posts to them by name."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from enquiries import actions, seen
from enquiries import rules as own_rules
from enquiries.actions.leads import check_address_is_free
from enquiries.models import Lead
from enquiries.seen import Conflict
from mailings import rules
from mailings.models import ConsentWording
from mailings.models.addresses import AddressFormField

CONTACT = ConsentWording.Kind.CONTACT


def country_choices() -> list[tuple[str, Any]]:
    return [("", _("not known")), *countries]


def day_field(**kwargs: Any) -> forms.DateField:
    # Browsers want the ISO form, whatever the language of the page.
    return forms.DateField(label=_("On"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def possible_owners(lead: Lead | None = None) -> QuerySet[Any]:
    """Who works here now; and the present owner, so that saving a form does not quietly take a lead away."""
    now_here = Q(is_active=True, is_staff=True)
    return get_user_model()._default_manager.filter(now_here | Q(pk=lead.owner_id) if lead else now_here)


def refuse_address_of_another(email: str | None, lead: Lead | None = None) -> None:
    """What the action will say, with a link, so that the two can be compared; it asks again, under a lock."""
    try:
        check_address_is_free(email, lead)
    except ValidationError as error:
        url = Lead.objects.get(email=email).survivor().get_absolute_url()
        raise ValidationError(format_html('{} <a href="{}">{}</a>', error.messages[0], url, _("Open it"))) from error


class LeadForm(forms.Form):
    verb = ""
    submit: Any = _("Save")
    done: Any = ""

    # The fields of the lead that this form writes: two people saving the same one is a conflict.
    watches: tuple[str, ...] = ()

    def __init__(self, lead: Lead, data: Any = None, *, by: Any = None) -> None:
        self.lead, self.by = lead, by
        self.conflicts: list[Conflict] = []
        super().__init__(data, initial=self.starts_as(lead), auto_id=f"{self.verb}_%s")

    def wants(self, name: str) -> Any:
        """What it would write into a watched field; None for leaving it as it is."""
        return seen.as_text(self.cleaned_data[name])

    def is_stale(self) -> bool:
        """Whether it would overwrite what somebody else saved after this page was loaded."""
        self.conflicts = seen.conflicts(self)
        return bool(self.conflicts)

    def what_was_seen(self) -> dict[str, str]:
        """The hidden fields by which the next post knows what its writer had before them."""
        return seen.hidden_fields(self)

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        return {}

    def apply(self, lead: Lead, by: Any) -> Any:
        """Does it. Raises ValidationError when the lead does not allow it."""
        raise NotImplementedError


class PlanForm(LeadForm):
    verb = "plan"
    submit = _("Save next action")
    done = _("The next action is saved.")
    watches = ("next_action", "next_action_on")

    next_action = forms.CharField(label=_("Next action"), max_length=200)
    next_action_on = day_field()

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        return {"next_action": lead.next_action, "next_action_on": lead.next_action_on}

    def apply(self, lead: Lead, by: Any) -> Any:
        return actions.set_next_action(lead=lead, by=by, version=lead.version, **self.cleaned_data)


class MoveForm(LeadForm):
    verb = "move"
    submit = _("Move")
    done = _("The stage is changed.")
    watches = ("stage", "next_action", "next_action_on")

    stage = forms.ChoiceField(label=_("Move to stage"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed for lost, unsuitable and invalid.")
    )
    asked_to_stop = forms.BooleanField(
        label=_("They asked us to stop: mail them nothing more"),
        required=False,
        help_text=_("For lost, unsuitable and invalid. What waits to be sent is cancelled."),
    )
    next_action = forms.CharField(
        label=_("Then"), max_length=200, required=False, help_text=_("Left empty, the next action stays as it is.")
    )
    next_action_on = day_field(required=False)

    def __init__(self, lead: Lead, data: Any = None, *, by: Any = None) -> None:
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
        if self.cleaned_data.pop("asked_to_stop", False):
            if not closes:
                self.add_error("asked_to_stop", _("Close the lead as well, so that nobody writes to them by hand."))
            said = (str(own_rules.ASKED_TO_STOP), self.cleaned_data.get("reason"))
            self.cleaned_data["reason"] = ": ".join(filter(None, said))[:300]
        if closes and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Say why this lead is closed."))

    def wants(self, name: str) -> Any:
        return super().wants(name) or None

    def apply(self, lead: Lead, by: Any) -> Any:
        return actions.move_lead(lead=lead, by=by, version=lead.version, **self.cleaned_data)


class NoteForm(LeadForm):
    verb = "note"
    submit = _("Add note")
    done = _("The note is on the timeline.")

    text = forms.CharField(label=_("Note"), max_length=5000, widget=text_area(3))

    def apply(self, lead: Lead, by: Any) -> Any:
        return actions.add_note(lead=lead, text=self.cleaned_data["text"], by=by)


class AssignForm(LeadForm):
    verb = "assign"
    submit = _("Assign")
    done = _("The owner is changed.")
    watches = ("owner",)

    def __init__(self, lead: Lead, data: Any = None, *, by: Any = None) -> None:
        super().__init__(lead, data, by=by)
        self.fields["owner"] = forms.ModelChoiceField(
            possible_owners(lead), label=_("Owner"), required=False, empty_label=_("nobody")
        )

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        return {"owner": lead.owner_id}

    def apply(self, lead: Lead, by: Any) -> Any:
        return actions.assign_lead(lead=lead, owner=self.cleaned_data["owner"], by=by, version=lead.version)


class DetailsForm(LeadForm):
    verb = "details"
    submit = _("Save details")
    done = _("The details are saved.")
    watches = ("name", "phone", "country")

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices, required=False)

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        return {name: getattr(lead, name) for name in ("name", "phone", "country")}

    def apply(self, lead: Lead, by: Any) -> Any:
        return actions.change_details(lead=lead, details=self.cleaned_data, by=by, version=lead.version)


class CorrectAddressForm(LeadForm):
    verb = "correct-address"
    submit = _("Correct the address")
    done = _("The address is corrected.")
    watches = ("email",)

    email = AddressFormField(label=_("E-mail address"))
    resend = forms.BooleanField(label=_("Send the packet there"), required=False)

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        # What the person may have meant is said beside the form: a stranger may own that address.
        return {"email": lead.email}

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        refuse_address_of_another(email, self.lead)
        return email

    def apply(self, lead: Lead, by: Any) -> Any:
        return actions.correct_address(lead=lead, by=by, version=lead.version, **self.cleaned_data)


class ResendForm(LeadForm):
    verb = "resend"
    submit = _("Send the packet again")
    done = _("The packet is on its way again.")

    def apply(self, lead: Lead, by: Any) -> Any:
        return actions.resend_packet(lead=lead, by=by)


FORMS = (PlanForm, MoveForm, NoteForm, AssignForm, DetailsForm, CorrectAddressForm, ResendForm)
VERBS: dict[str, type[LeadForm]] = {form.verb: form for form in FORMS}


def probable_address(lead: Lead) -> str | None:
    """What the person may have meant, when the domain looks mistyped."""
    domain = rules.suggest_domain(lead.email) if lead.email else None
    return f"{(lead.email or '').rpartition('@')[0]}@{domain}" if domain else None


class AddLeadForm(forms.ModelForm):
    """Somebody rang up or stood at the desk."""

    country = forms.ChoiceField(label=_("Country"), choices=country_choices, required=False)
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

    TYPED = ("name", "email", "phone", "country", "message", "consent_contact")

    class Meta:
        model = Lead
        fields = ("name", "email", "phone", "country", "owner", "next_action", "next_action_on")

    def __init__(self, data: Any = None, *, by: Any = None) -> None:
        wording = ConsentWording.objects.current(CONTACT)
        initial = {"owner": by, "next_action": _("Call back"), "next_action_on": timezone.localdate()}
        super().__init__(data, initial={**initial, "wording": wording.number})
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]
        self.fields["next_action"].required = True
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

    def add(self, by: Any) -> Lead:
        return actions.add_lead(
            lead=self.instance,
            fields={name: self.data.get(name, "") for name in self.TYPED},
            wording=ConsentWording.objects.shown(CONTACT, self.cleaned_data["wording"]),
            send_packet=self.cleaned_data["send_packet"],
            by=by,
        )
