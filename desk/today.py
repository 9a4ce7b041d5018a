"""The queues of Today: what waits for somebody, each with the list that it counts and the first few of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Model
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from desk import answers, words
from desk.queue_lists import FIRST, HELD, LISTS, SHOWN
from enquiries.models import (
    ContactChoice,
    Enquiry,
    Lead,
    Mention,
    contact_choices,
    where_mentioned,
)
from foundation import counts
from foundation.models import ClinicProfile
from foundation.queue import Queue

Why = Callable[[Lead], list[str]]


class Row(NamedTuple):
    """One of a queue: where it leads, and why it is here. release_url: for who may decide it at once."""

    name: str
    url: str
    why: str
    release_url: str = ""


class First(NamedTuple):
    """One of a queue before it is a row."""

    lead: Lead
    why: list[str]


class Leads:
    """The queues of leads, from one statement for the lists and one for who is shown of them."""

    def __init__(self, owner: int | None, may_read: bool) -> None:
        profile = ClinicProfile.objects.current()
        self.owner, self.may_read = owner, may_read
        self.today, self.hours = profile.today(), profile.business_hours()
        moments = {"today": self.today, "now": timezone.now(), "soon": answers.soon(self.hours)}
        self.found = LISTS.ask(most=counts.MOST_COUNTED + 1, owner=owner, **moments)
        shown = {pk for name, found in self.found.items() if name != "mentions" for pk in found.first}
        self.leads = {lead.pk: lead for lead in FIRST.ask(leads=list(shown))}

    def queue(self, name: str, title: str, query: str, empty: str, *, why: Why, **more: Any) -> Queue:
        """query: what of the list's address shows just these rows."""
        found = self.found[name]
        first = [First(lead, why(lead)) for pk in found.first if (lead := self.leads.get(pk))]
        return queue_of(Lead, title, found.count, query, empty, first=first, **more)

    def while_some(self, name: str, title: str, query: str, *, why: Why, **more: Any) -> list[Queue]:
        """Not said when nobody waits there, as it is mostly."""
        return [self.queue(name, title, query, "", why=why, **more)] if self.found[name].count else []

    def plan(self, lead: Lead) -> str:
        return words.plan(lead, self.may_read)


def queue_of(model: type[Model], title: str, count: int, query: str, empty: str, **more: Any) -> Queue:
    url = f"{list_of(model, get_script_prefix())}?{query}"
    return Queue(title=title, empty=empty, count=count, words=counts.in_words(count), url=url, **more)


@cache
def list_of(model: type[Model], _prefix: str) -> str:
    return reverse(f"admin:enquiries_{model._meta.model_name}_changelist")


def of_leads(*, owner: int | None, may_read: bool) -> list[Queue]:
    """owner: whoever looks. may_read: what somebody typed about a person, a next action for instance."""
    leads = Leads(owner, may_read)
    begin = [*within_the_hour(leads), *mentioned(leads), *mine(leads)]
    last = [*from_lists(leads), *left_behind(leads), *stopped_and_back(leads), *for_review(leads)]
    return in_rows([*begin, *due(leads), *new(leads), *packets_and_records(leads), *last])


def in_rows(queues: list[Queue]) -> list[Queue]:
    """What their people chose of being contacted is asked for once, of all queues together."""
    choices = contact_choices(first.lead for queue in queues for first in queue.first)
    return [replace(queue, first=[row(first, choices.get(first.lead.pk)) for first in queue.first]) for queue in queues]


def within_the_hour(leads: Leads) -> list[Queue]:
    """The first of all while there are some: what has a time is missed by whoever begins with the longest overdue."""
    return leads.while_some(
        "hour",
        _("Due within the hour"),
        "due=hour",
        why=lambda lead: [words.time_of(lead), leads.plan(lead), owner_of(lead)],
        key="h",
    )


def mentioned(leads: Leads) -> list[Queue]:
    """Only while there are some: whoever named them waits for them to look."""
    if not leads.found["mentions"].count:
        return []
    unseen, rows = Mention.objects.unseen_by(leads.owner), where_mentioned(leads.owner)
    first = [
        First(lead, [words.mentioned_by(one) for one in unseen.of(lead.family())])
        for lead in rows.order_by("-created_at", "-pk").select_related("owner")[:SHOWN]
    ]
    title, count = _("You were mentioned"), counts.count(rows)
    return [queue_of(Lead, title, count, "mentioned=me", "", first=first)] if count else []


def mine(leads: Leads) -> list[Queue]:
    """Before all others, for whoever has some, with a key that moves none of theirs."""
    return leads.while_some(
        "mine",
        _("Mine, due today or overdue"),
        "owner=me&due=now",
        why=lambda lead: [leads.plan(lead), due_in_words(lead, leads.today)],
        more=_("All my open leads"),
        more_url=f"{reverse('admin:enquiries_lead_changelist')}?owner=me&due=all",
        key="0",
    )


def due_in_words(lead: Lead, today: date) -> str:
    return words.overdue_by(lead, today) if words.is_late(lead, today) else words.today_at(lead)


def stopped_and_back(leads: Leads) -> list[Queue]:
    return leads.while_some(
        "stopped",
        _("Asked to stop, and writes again"),
        "packet=stopped",
        why=lambda lead: [lead.email or "", owner_of(lead)],
    )


def left_behind(leads: Leads) -> list[Queue]:
    return leads.while_some(
        "left_behind",
        _("Leads of colleagues who left"),
        "owner=gone&stage=open",
        why=lambda lead: [leads.plan(lead), day_of(lead), owner_of(lead)],
    )


def from_lists(leads: Leads) -> list[Queue]:
    """They asked nothing, so no answer is late and nobody waits behind them."""
    return leads.while_some(
        "imported",
        _("Imported and without an owner"),
        "stage=new&owner=nobody&came=list",
        why=lambda lead: [leads.plan(lead), day_of(lead)],
    )


def for_review(leads: Leads) -> list[Queue]:
    """What a clinician decides, whoever asked first at the top."""
    return leads.while_some(
        "review",
        _("Waiting for medical review"),
        "stage=medical_review",
        why=lambda lead: [leads.plan(lead), day_of(lead), owner_of(lead)],
    )


def due(leads: Leads) -> list[Queue]:
    def late(lead: Lead) -> list[str]:
        return [leads.plan(lead), words.overdue_by(lead, leads.today), owner_of(lead)]

    def to_come(lead: Lead) -> list[str]:
        return [leads.plan(lead), words.time_of(lead), owner_of(lead)]

    return [
        leads.queue("overdue", _("Overdue"), "due=overdue", _("Nothing is overdue."), why=late),
        leads.queue("today", _("Due today"), "due=today", _("Nothing is due today."), why=to_come),
    ]


def new(leads: Leads) -> list[Queue]:
    """The first of each is who waits longest."""

    def waits(lead: Lead) -> list[str]:
        return [answers.in_words_now(lead, leads.hours), words.country(lead.country) if lead.country else ""]

    return [
        leads.queue(
            "new",
            _("New and without an owner"),
            "stage=new&owner=nobody&came=asking",
            _("Every new lead has an owner."),
            why=waits,
        ),
        leads.queue(
            "answers",
            _("First answer late or due within an hour"),
            "answer=soon",
            _("Nobody has waited long for a first answer."),
            why=lambda lead: [*waits(lead), owner_of(lead)],
        ),
    ]


def packets_and_records(leads: Leads) -> list[Queue]:
    return [
        leads.queue(
            "downloaded",
            _("Packet downloaded, not yet called"),
            "packet=downloaded",
            _("Whoever read the packet was called."),
            why=lambda lead: [leads.plan(lead), owner_of(lead)],
        ),
        leads.queue(
            "records",
            _("Waiting for records"),
            "stage=records",
            _("No records are waited for."),
            why=lambda lead: [leads.plan(lead), day_of(lead), owner_of(lead)],
            by_itself=True,
        ),
        leads.queue(
            "failed",
            _("Packet or mail did not arrive"),
            "packet=failed",
            _("Every packet and mail went through."),
            why=lambda lead: [lead.email or "", owner_of(lead)],
        ),
    ]


def row(first: First, choice: ContactChoice | None) -> Row:
    why = [*first.why, contact(choice)]
    return Row(str(first.lead), first.lead.get_absolute_url(), " · ".join(filter(None, why)))


def contact(choice: ContactChoice | None) -> str:
    """What binds whoever gets in touch."""
    return str(choice.label) if choice and choice != ContactChoice.EITHER else ""


def day_of(lead: Lead) -> str:
    return words.planned_for(lead)


def owner_of(lead: Lead) -> str:
    return str(lead.owner or _("nobody's"))


def of_enquiries(*, may_release: bool) -> list[Queue]:
    held = HELD.ask(most=counts.MOST_COUNTED + 1)["held"]
    shown = Enquiry.objects.in_bulk(held.first) if held.first else {}
    first = [held_row(shown[pk], may_release) for pk in held.first if pk in shown]
    title, empty = _("Held enquiries to look at"), _("No enquiry is held.")
    return [queue_of(Enquiry, title, held.count, "verdict=held", empty, first=first)]


def held_row(enquiry: Enquiry, may_release: bool) -> Row:
    name = typed_name(enquiry)
    return Row(
        name or enquiry.email or words.NOTHING,
        reverse("admin:enquiries_enquiry_change", args=[enquiry.pk]),
        " · ".join([*([enquiry.email] if name else []), enquiry.held_because]),
        reverse("admin:enquiries_enquiry_release", args=[enquiry.pk]) if may_release else "",
    )


def sender(enquiry: Enquiry) -> str:
    return " · ".join(filter(None, [typed_name(enquiry), enquiry.email])) or words.NOTHING


def typed_name(enquiry: Enquiry) -> str:
    return enquiry.fields.get("name", "").strip()[:100]
