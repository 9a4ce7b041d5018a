"""What somebody told us that they do not want any more, or want after all; and when they said so."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from desk.lead.forms.base import WRITTEN_ALREADY, LeadForm, day_field, moment_of, text_area, time_field
from desk.lead.known import known_of
from enquiries import actions
from enquiries.actions.endings import NOT_THERE
from enquiries.actions.packets import JUST_SENT, Asked
from enquiries.models import ContactChoice, EndedConsent, Lead, LeadEvent, contact_choice, ended_packet, not_undone
from enquiries.models.packet_ends import PACKET
from foundation.actors import Actor
from foundation.models import ClinicProfile

JUST_SENT_BY_YOU = _("You have sent them a packet within the last ten minutes. Give it time to arrive.")
AT = _("At what time (left empty: just now, or of an earlier day the end)")


class EndContactForm(LeadForm):
    verb = "end-contact"
    about = ""
    submit = _("They want no contact any more")
    done = _("They are not contacted any more. The packet and the newsletter are choices of their own.")

    words = forms.CharField(label=_("What they said, and how"), max_length=2000, widget=text_area(2))
    said_on = day_field(label=_("On which day"))
    said_time = time_field(label=AT)

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        return {"said_on": ClinicProfile.objects.current().today()}

    @cached_property
    def said(self) -> dict[str, Any]:
        """Whatever they asked for after that moment stands. Kept, since a day that is refused is no longer clean."""
        day, time = self.cleaned_data["said_on"], self.cleaned_data.get("said_time")
        return {"words": self.cleaned_data["words"], "said_on": day, "said_at": moment_of(day, time)}

    def apply(self, lead: Lead, by: Actor) -> Any:
        event = actions.end_contact(lead=lead, by=by, **self.said)
        if contact_choice(lead) != ContactChoice.NONE:
            self.done = _("Written down. After that they asked to be contacted, and that stands.")
        return event

    def done_already(self, lead: Lead, by: Actor) -> Any:
        if not (self.has_error(NON_FIELD_ERRORS, NOT_THERE) or self.has_error("said_on", NOT_THERE)):
            return ""
        told = self.said
        at = {"data__said_at": told["said_at"].isoformat()} if told["said_at"] else {"data__said_at__isnull": True}
        kept: dict[str, Any] = {"text": told["words"].strip(), "data__said_on": str(told["said_on"]), **at}
        said = LeadEvent.objects.filter(lead__in=lead.family(), kind=LeadEvent.Kind.CONSENT_ENDED, actor=by.account)
        of_this = said.filter(data__about=self.about) if self.about else said.exclude(data__has_key="about")
        return WRITTEN_ALREADY if not_undone(of_this.filter(**kept)).exists() else ""


class EndPacketForm(EndContactForm):
    verb = "end-packet"
    about = PACKET
    submit = _("They want no further packet")
    done = _("No further packet goes to them. Being contacted and the newsletter are choices of their own.")

    def apply(self, lead: Lead, by: Actor) -> Any:
        event = actions.end_packet(lead=lead, by=by, **self.said)
        if not ended_packet(lead):
            self.done = _("Written down. After that they asked for the packet, and that stands.")
        return event


class UndoEndForm(LeadForm):
    """One a word that was written down within the day."""

    verb = "undo-end"
    submit = _("They did not say so: undo this")
    done = _("It was written down by a slip, and is undone: what they asked for goes on.")

    said = forms.ModelChoiceField(LeadEvent.objects.none(), widget=forms.HiddenInput)

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        if self.is_bound:
            self.fields["said"].queryset = LeadEvent.objects.filter(lead__in=lead.family())  # type: ignore[attr-defined]

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.undo_end(lead=lead, said=self.cleaned_data["said"], by=by)

    def done_already(self, lead: Lead, by: Actor) -> Any:
        if not self.has_error(NON_FIELD_ERRORS, NOT_THERE):
            return ""
        undone = LeadEvent.objects.filter(kind=LeadEvent.Kind.END_UNDONE, actor=by.account, lead__in=lead.family())
        is_theirs = undone.filter(data__undoes=self.cleaned_data["said"].pk).exists()
        return _("You have undone this already.") if is_theirs else ""


class ResendForm(LeadForm):
    """Who said that they want none is asked about: who of us heard that they do, when, and in what words."""

    verb = "resend"
    mails = True
    submit = _("Send the packet again")
    done = _("The packet is on its way again.")

    words = forms.CharField(
        label=_("How they asked for it again"),
        max_length=2000,
        required=False,
        widget=text_area(2),
        help_text=_("They said that they want no further packet. It goes out only if they told you otherwise since."),
    )
    said_on = day_field(label=_("On which day"), required=False)
    said_time = time_field(label=_("At what time (left empty: just now)"))

    def __init__(self, lead: Lead, data: Any = None, *, by: Actor) -> None:
        super().__init__(lead, data, by=by)
        if not known_of(lead).packet_ended:
            self.fields.clear()

    def starts_as(self, lead: Lead) -> dict[str, Any]:
        return {"said_on": ClinicProfile.objects.current().today()}

    def apply(self, lead: Lead, by: Actor) -> Any:
        return actions.resend_packet(lead=lead, by=by, asked=self.asked() if self.fields else None)

    def done_already(self, lead: Lead, by: Actor) -> Any:
        """By whom the one went out that it is too soon after. Whoever is asked for words has asked for none yet."""
        if self.fields or not self.has_error(NON_FIELD_ERRORS, JUST_SENT):
            return ""
        queued = LeadEvent.objects.filter(lead__in=lead.family(), kind=LeadEvent.Kind.PACKET_QUEUED)
        last = queued.order_by("-pk").first()
        return JUST_SENT_BY_YOU if last and last.actor_id == by.account.pk else ""

    def asked(self) -> Asked:
        day = self.cleaned_data.get("said_on") or ClinicProfile.objects.current().today()
        return Asked(self.cleaned_data["words"], begin_of(day, self.cleaned_data.get("said_time")))


def begin_of(day: date, at: time | None) -> datetime:
    """Of an earlier day without a time its first moment, so that it is not taken to be after what they said on it."""
    if at is None and day == ClinicProfile.objects.current().today():
        return timezone.now()
    moment = moment_of(day, at or time())
    assert moment  # noqa: S101 - of a day and a time
    return moment


def taken_back_by(said: LeadEvent) -> str:
    """In words: of each consent when it was given."""
    ended = EndedConsent.objects.filter(event=said).select_related("consent").order_by("consent__given_at")
    days = (date_format(timezone.localtime(one.consent.given_at), "DATETIME_FORMAT") for one in ended)
    return "; ".join(days)
