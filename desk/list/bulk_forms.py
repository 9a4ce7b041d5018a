"""What can be done with many leads at once, one form a verb."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.lead.forms import (
    SAY_WHY,
    PlanField,
    ask_whether_they_stop,
    asked_to_stop_field,
    day_field,
    moment_of,
    reason_field,
    time_field,
    told_field,
)
from enquiries import actions, rules
from enquiries.actions.leads import FAR_OFF
from enquiries.emails import PACKET
from enquiries.models import (
    BulkRun,
    ContactChoice,
    Lead,
    LeadMail,
    LeftOut,
    MailTemplate,
    Tag,
    at_work,
    contact_choices,
    ended_packets,
    possible_owners,
)
from enquiries.models.contact import roots_of
from enquiries.stops import why_not_mailed
from foundation.actors import Actor
from foundation.models import ClinicProfile
from mailings import limits
from mailings.models import Why

Verb = BulkRun.Verb
# By lead, the code of a LeftOut or a Why.
Reasons = dict[int, str]

TURNS, NOBODY = "turns", "nobody"
PACKET_DOCUMENT, TEMPLATE_DOCUMENT = "packet", "template-"


class BulkForm(forms.Form):
    verb: Any = ""
    title: Any = ""
    submit: Any = ""
    # What will happen, in a sentence.
    asks: Any = ""
    done: Any = ""
    # A slip with more would take a day to mend by hand; and all of it runs while somebody waits for the page.
    most = 1000
    # In one transaction, so that Postgres writes it to the disk once; whoever works on one of them waits for them all.
    at_once = 25

    def __init__(self, data: Any = None, *, by: Actor) -> None:
        self.by = by
        super().__init__(data, auto_id="bulk_%s")

    def left_out(self, leads: Iterable[Lead]) -> Reasons:
        """Whom it cannot be done with as they stand now, and why."""
        return {lead.pk: reason for lead in leads if (reason := gone(lead) or self.refuses(lead))}

    def refuses(self, lead: Lead) -> str:
        return ""

    def has_shown(self) -> bool:
        """Whether its page has shown what will happen with these very answers."""
        return True

    def act(self, lead: Lead, run: BulkRun) -> Any:
        """Does it with a lead whose version is the one that was chosen. Where it locks addresses, at_once is 1."""
        raise NotImplementedError


def gone(lead: Lead) -> str:
    if lead.erased_at:
        return LeftOut.ERASED.value
    return LeftOut.MERGED.value if lead.merged_into_id else ""


class AssignManyForm(BulkForm):
    verb = Verb.ASSIGN
    title = gettext_lazy("Assign leads")
    submit = gettext_lazy("Assign them")
    asks = gettext_lazy("Each gets the owner whom you choose here, whoever owned it before; its timeline says so.")
    done = gettext_lazy("Assigned")

    to = forms.ChoiceField(label=gettext_lazy("New owner"))

    def __init__(self, data: Any = None, *, by: Actor) -> None:
        super().__init__(data, by=by)
        self.owners = {str(owner.pk): owner for owner in possible_owners()}
        people = [(pk, str(owner)) for pk, owner in self.owners.items()]
        turns = (TURNS, _("by turns, among the coordinators at work today"))
        self.fields["to"].choices = [("", "–"), turns, *people, (NOBODY, _("nobody"))]  # type: ignore[attr-defined]

    def clean_to(self) -> str:
        to = self.cleaned_data["to"]
        if to == TURNS and not at_work(ClinicProfile.objects.current().today()).exists():
            raise ValidationError(_("No coordinator is at work today. Choose one person."))
        return to

    def act(self, lead: Lead, run: BulkRun) -> Any:
        to = self.cleaned_data["to"]
        if to == TURNS:
            return actions.assign_next(lead=lead, by=self.by, version=lead.version)
        return actions.assign_lead(lead=lead, owner=self.owners.get(to), by=self.by, version=lead.version)


class SnoozeManyForm(BulkForm):
    verb = Verb.SNOOZE
    title = gettext_lazy("Put leads off")
    submit = gettext_lazy("Put them off")
    asks = gettext_lazy(
        "The next action of each moves to the day that you choose. A time of day stays only if you give one."
    )
    done = gettext_lazy("Put off")

    next_action_on = day_field()
    next_action_time = time_field()
    next_action = PlanField(
        label=gettext_lazy("Next action"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Left empty, each keeps its own."),
    )

    def clean_next_action_on(self) -> Any:
        day, today = self.cleaned_data["next_action_on"], ClinicProfile.objects.current().today()
        if day <= today:
            raise ValidationError(_("Choose a day to come."))
        if rules.is_far_off(day, today):
            raise ValidationError(FAR_OFF)
        return day

    def refuses(self, lead: Lead) -> str:
        return "" if lead.is_open else LeftOut.CLOSED.value

    def act(self, lead: Lead, run: BulkRun) -> Any:
        words = self.cleaned_data["next_action"] or lead.next_action
        day = self.cleaned_data["next_action_on"]
        at = moment_of(day, self.cleaned_data["next_action_time"])
        return actions.set_next_action(
            lead=lead, next_action=words, next_action_on=day, next_action_at=at, by=self.by, version=lead.version
        )


class CloseManyForm(BulkForm):
    verb = Verb.CLOSE
    title = gettext_lazy("Close leads")
    submit = gettext_lazy("Close them")
    asks = gettext_lazy("Each is closed with this reason. A new enquiry of the person opens it again.")
    done = gettext_lazy("Closed")

    stage = forms.ChoiceField(label=gettext_lazy("As"))
    reason = reason_field()
    asked_to_stop = asked_to_stop_field(help_text=gettext_lazy("What waits to be sent to them is cancelled."))
    told = told_field()

    def __init__(self, data: Any = None, *, by: Actor) -> None:
        super().__init__(data, by=by)
        stages = list(Lead.CLOSED_WITH_REASON)
        if not by.has_perm(rules.MOVE_CLINICAL):
            stages.remove(Lead.Stage.UNSUITABLE)
            self.fields["stage"].help_text = _("Unsuitable is for clinical staff to decide.")
        self.fields["stage"].choices = [(stage.value, stage.label) for stage in stages]  # type: ignore[attr-defined]

    def clean(self) -> None:
        stops = self.cleaned_data.get("asked_to_stop")
        if not stops and not self.cleaned_data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", SAY_WHY)
        if stops:
            self.at_once = 1
        ask_whether_they_stop(self)

    def refuses(self, lead: Lead) -> str:
        return "" if lead.is_open else LeftOut.CLOSED_ALREADY.value

    def act(self, lead: Lead, run: BulkRun) -> Any:
        return actions.move_lead(lead=lead, by=self.by, version=lead.version, **self.cleaned_data)


class TagManyForm(BulkForm):
    verb = Verb.TAG
    title = gettext_lazy("Tag leads")
    submit = gettext_lazy("Tag them")
    asks = gettext_lazy("The tag is put on each, or taken off each; the timeline of whoever it changes says so.")
    done = gettext_lazy("Tagged")
    ON, OFF = "on", "off"

    tag = forms.ChoiceField(
        label=gettext_lazy("Tag"),
        help_text=gettext_lazy("Managers keep the tags; none says anything of health."),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[(ON, gettext_lazy("Put it on")), (OFF, gettext_lazy("Take it off"))],
        widget=forms.RadioSelect,
        initial=ON,
    )

    def __init__(self, data: Any = None, *, by: Actor) -> None:
        super().__init__(data, by=by)
        tags = [(str(tag.pk), str(tag)) for tag in Tag.objects.all()]
        self.fields["tag"].choices = [("", "–"), *tags]  # type: ignore[attr-defined]
        if not tags:
            self.fields["tag"].help_text = _("There is no tag yet. Managers add them on the staff page “Tags”.")

    def act(self, lead: Lead, run: BulkRun) -> Any:
        side = "put_on" if self.cleaned_data["how"] == self.ON else "take_off"
        change = {side: [int(self.cleaned_data["tag"])]}
        return actions.change_tags(lead=lead, by=self.by, version=lead.version, **change)


class SendManyForm(BulkForm):
    verb = Verb.DOCUMENT
    title = gettext_lazy("Send a document")
    submit = gettext_lazy("Send it to them")
    asks = gettext_lazy("Each gets the document once, however often the button is pressed.")
    done = gettext_lazy("On its way to")
    # Mail providers look at a sudden flood, and somebody must be able to read whom it goes to.
    most = 200
    at_once = 1

    document = forms.ChoiceField(label=gettext_lazy("Document"), initial=PACKET_DOCUMENT)
    shown = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, data: Any = None, *, by: Actor) -> None:
        super().__init__(data, by=by)
        self.templates = {f"{TEMPLATE_DOCUMENT}{found.pk}": found for found in MailTemplate.objects.approved()}
        named = [(key, _("mail: %(name)s") % {"name": label(found)}) for key, found in self.templates.items()]
        packet = (PACKET_DOCUMENT, _("the information packet"))
        self.fields["document"].choices = [packet, *named]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> str:
        """The one that the page is about: the packet until somebody chooses."""
        typed = self.data.get("document", "")
        return typed if typed in self.templates else PACKET_DOCUMENT

    def has_shown(self) -> bool:
        return self.cleaned_data["shown"] == self.cleaned_data["document"]

    def left_out(self, leads: Iterable[Lead]) -> Reasons:
        """Asked of all at once; the sending asks again, one by one, under a lock on the address."""
        leads = list(leads)
        forbidden, kept = why_not_mailed(leads), self.kept_from(leads)
        unasked = not_asked_for(leads) if self.chosen in self.templates else {}
        found: Reasons = {}
        for lead in leads:
            reason = gone(lead) or without_mail(lead, forbidden) or unasked.get(lead.pk) or kept.get(lead.pk, "")
            if reason:
                found[lead.pk] = reason
        return found

    def kept_from(self, leads: list[Lead]) -> Reasons:
        if self.chosen in self.templates:
            return had_template(self.templates[self.chosen], leads)
        return {**had_packet(leads), **no_packet(leads), **withheld(leads)}

    def act(self, lead: Lead, run: BulkRun) -> Any:
        key = f"bulk-{run.uuid}"
        if self.chosen == PACKET_DOCUMENT:
            return actions.send_packet_in_bulk(lead=lead, by=self.by, key=key)
        template = self.templates[self.chosen]
        return actions.send_template(lead=lead, template=template, by=self.by, bulk=True, key=key, version=lead.version)


def label(template: MailTemplate) -> str:
    return f"{template} ({template.get_language_display()})" if template.language else str(template)


def without_mail(lead: Lead, forbidden: dict[int, Why]) -> str:
    return forbidden[lead.pk].value if lead.pk in forbidden else ""


def not_asked_for(leads: Iterable[Lead]) -> Reasons:
    """Who wanted the packet and nothing else."""
    choices = contact_choices(leads)
    silent = [pk for pk, choice in choices.items() if choice == ContactChoice.NONE]
    return dict.fromkeys(silent, Why.NO_CONTACT_WANTED.value)


def had_packet(leads: Iterable[Lead]) -> Reasons:
    by_address = {lead.mail_address: lead.pk for lead in leads if lead.mail_address}
    full = limits.had_their_share(by_address, PACKET)
    return {by_address[address]: Why.HAD_ITS_SHARE.value for address in full}


def withheld(leads: Iterable[Lead]) -> Reasons:
    """Rarely anybody, and then only until the packet is the clinic's own."""
    if not actions.withheld():
        return {}
    return {lead.pk: why.value for lead in leads if (why := actions.withheld_from(lead))}


def no_packet(leads: Iterable[Lead]) -> Reasons:
    return dict.fromkeys(ended_packets([lead.pk for lead in leads]), LeftOut.NO_PACKET_WANTED.value)


def had_template(template: MailTemplate, leads: Iterable[Lead]) -> Reasons:
    """Also as whoever lives on in them."""
    since, whose = timezone.now() - timedelta(days=1), roots_of(lead.pk for lead in leads)
    mails = LeadMail.objects.filter(template=template, lead__in=whose, created_at__gt=since)
    had = {root for lead in mails.values_list("lead", flat=True) for root in whose[lead]}
    return dict.fromkeys(had, LeftOut.HAD_THIS_MAIL.value)


FORMS: dict[str, type[BulkForm]] = {
    str(form.verb): form for form in (AssignManyForm, SnoozeManyForm, CloseManyForm, TagManyForm, SendManyForm)
}
