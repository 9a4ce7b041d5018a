"""The queues of Today: what waits for somebody, each with the list that it counts and the first few of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from desk import answers, words
from desk.list import lead_filters
from enquiries.models import (
    ContactChoice,
    Enquiry,
    Lead,
    Mention,
    contact_choices,
    imported,
    mail_failed,
    new_and_unassigned,
    where_mentioned,
)
from foundation import counts
from foundation.business_hours import BusinessHours
from foundation.models import ClinicProfile
from foundation.queue import Queue

# Enough to begin with; the list has the rest.
SHOWN = 4

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


def queue(title: str, rows: QuerySet[Any], query: str, empty: str, **more: Any) -> Queue:
    """query: what of its list's address shows just these rows."""
    count = counts.count(rows)
    url = reverse(f"admin:enquiries_{rows.model._meta.model_name}_changelist")
    words = counts.in_words(count)
    return Queue(title=title, empty=empty, count=count, words=words, url=f"{url}?{query}", **more)


def of_leads(*, owner: int | None, may_read: bool) -> list[Queue]:
    """owner: whoever looks. may_read: what somebody typed about a person, a next action for instance."""
    profile = ClinicProfile.objects.current()
    today, hours = profile.today(), profile.business_hours()
    last = [*from_lists(may_read), *left_behind(may_read), *stopped_and_back(), *for_review(may_read)]
    begin = [*within_the_hour(may_read), *mentioned(owner), *mine(owner, today, may_read)]
    return in_rows([*begin, *due(today, may_read), *new(hours), *packets_and_records(may_read), *last])


def in_rows(queues: list[Queue]) -> list[Queue]:
    """What their people chose of being contacted is asked for once, of all queues together."""
    choices = contact_choices(first.lead for queue in queues for first in queue.first)
    return [replace(queue, first=[row(first, choices.get(first.lead.pk)) for first in queue.first]) for queue in queues]


def within_the_hour(may_read: bool) -> list[Queue]:
    """The first of all while there are some: what has a time is missed by whoever begins with the longest overdue."""
    found = lead_queue(
        _("Due within the hour"),
        lead_filters.due_within_the_hour(),
        "due=hour",
        "",
        order=("next_action_at", "pk"),
        why=lambda lead: [words.time_of(lead), words.plan(lead, may_read), owner_of(lead)],
        key="h",
    )
    return [found] if found.count else []


def mentioned(owner: int | None) -> list[Queue]:
    """Only while there are some: whoever named them waits for them to look."""
    if not Mention.objects.unseen_by(owner).exists():
        return []
    found = lead_queue(
        _("You were mentioned"),
        where_mentioned(owner),
        "mentioned=me",
        "",
        order=("-created_at", "-pk"),
        why=lambda lead: [words.mentioned_by(one) for one in Mention.objects.unseen_by(owner).of(lead.family())],
    )
    return [found] if found.count else []


def mine(owner: int | None, today: date, may_read: bool) -> list[Queue]:
    """Before all others, for whoever has some, with a key that moves none of theirs."""
    found = lead_queue(
        _("Mine, due today or overdue"),
        Lead.objects.due(today).filter(owner=owner),
        "owner=me&due=now",
        "",
        order=("next_action_on", "pk"),
        why=lambda lead: [words.plan(lead, may_read), due_in_words(lead, today)],
        more=_("All my open leads"),
        more_url=f"{reverse('admin:enquiries_lead_changelist')}?owner=me&due=all",
        key="0",
    )
    return [found] if found.count else []


def due_in_words(lead: Lead, today: date) -> str:
    return words.overdue_by(lead, today) if words.is_late(lead, today) else words.today_at(lead)


def stopped_and_back() -> list[Queue]:
    """Only while there are some, as of those who were left behind."""
    found = lead_queue(
        _("Asked to stop, and writes again"),
        lead_filters.stopped_and_back(),
        "packet=stopped",
        "",
        order=("-created_at", "-pk"),
        why=lambda lead: [lead.email or "", owner_of(lead)],
    )
    return [found] if found.count else []


def left_behind(may_read: bool) -> list[Queue]:
    """Only while there are some: mostly nobody has left."""
    found = lead_queue(
        _("Leads of colleagues who left"),
        lead_filters.left_behind(),
        "owner=gone&stage=open",
        "",
        order=("next_action_on", "pk"),
        why=lambda lead: [words.plan(lead, may_read), day_of(lead), owner_of(lead)],
    )
    return [found] if found.count else []


def from_lists(may_read: bool) -> list[Queue]:
    """Only while there are some. They asked nothing, so no answer is late and nobody waits behind them."""
    found = lead_queue(
        _("Imported and without an owner"),
        Lead.objects.unassigned().filter(imported(), stage=Lead.Stage.NEW),
        "stage=new&owner=nobody&came=list",
        "",
        why=lambda lead: [words.plan(lead, may_read), day_of(lead)],
    )
    return [found] if found.count else []


def for_review(may_read: bool) -> list[Queue]:
    """Only while there are some: what a clinician decides, whoever asked first at the top."""
    found = lead_queue(
        _("Waiting for medical review"),
        Lead.objects.open().filter(stage=Lead.Stage.MEDICAL_REVIEW),
        "stage=medical_review",
        "",
        order=("created_at", "pk"),
        why=lambda lead: [words.plan(lead, may_read), day_of(lead), owner_of(lead)],
    )
    return [found] if found.count else []


def due(today: date, may_read: bool) -> list[Queue]:
    leads = Lead.objects.all()

    def late(lead: Lead) -> list[str]:
        return [words.plan(lead, may_read), words.overdue_by(lead, today), owner_of(lead)]

    return [
        lead_queue(
            _("Overdue"),
            leads.overdue(today),
            "due=overdue",
            _("Nothing is overdue."),
            order=("next_action_on", "pk"),
            why=late,
        ),
        lead_queue(
            _("Due today"),
            leads.due_today(today),
            "due=today",
            _("Nothing is due today."),
            order=("next_action_on", "pk"),
            why=lambda lead: [words.plan(lead, may_read), words.time_of(lead), owner_of(lead)],
        ),
    ]


def new(hours: BusinessHours) -> list[Queue]:
    """The first of each is who waits longest."""

    def waits(lead: Lead) -> list[str]:
        return [answers.in_words_now(lead, hours), words.country(lead.country) if lead.country else ""]

    return [
        lead_queue(
            _("New and without an owner"),
            new_and_unassigned(),
            "stage=new&owner=nobody&came=asking",
            _("Every new lead has an owner."),
            order=("created_at", "pk"),
            why=waits,
        ),
        lead_queue(
            _("First answer late or due within an hour"),
            answers.due_soon(hours),
            "answer=soon",
            _("Nobody has waited long for a first answer."),
            order=("first_answer_due_at", "pk"),
            why=lambda lead: [*waits(lead), owner_of(lead)],
        ),
    ]


def packets_and_records(may_read: bool) -> list[Queue]:
    return [
        lead_queue(
            _("Packet downloaded, not yet called"),
            lead_filters.downloaded_not_called(),
            "packet=downloaded",
            _("Whoever read the packet was called."),
            why=lambda lead: [words.plan(lead, may_read), owner_of(lead)],
        ),
        lead_queue(
            _("Waiting for records"),
            Lead.objects.open().filter(stage=Lead.Stage.RECORDS),
            "stage=records",
            _("No records are waited for."),
            order=("created_at", "pk"),
            why=lambda lead: [words.plan(lead, may_read), day_of(lead), owner_of(lead)],
            by_itself=True,
        ),
        lead_queue(
            _("Packet or mail did not arrive"),
            mail_failed(),
            "packet=failed",
            _("Every packet and mail went through."),
            why=lambda lead: [lead.email or "", owner_of(lead)],
        ),
    ]


def lead_queue(
    title: str, rows: QuerySet[Lead], query: str, empty: str, *, why: Why, order: tuple[str, ...] = (), **more: Any
) -> Queue:
    """order: one that an index of these rows gives, so that four of a million are read, not sorted. Else any four."""
    found = queue(title, rows, query, empty, **more)
    leads = rows.order_by(*order).select_related("owner")[:SHOWN] if found.count else []
    return replace(found, first=[First(lead, why(lead)) for lead in leads])


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
    held = Enquiry.objects.held()
    found = queue(_("Held enquiries to look at"), held, "verdict=held", _("No enquiry is held."))
    # The longest held first, by the index of the count.
    first = [held_row(enquiry, may_release) for enquiry in held.order_by("received_at")[:SHOWN]]
    return [replace(found, first=first)]


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
