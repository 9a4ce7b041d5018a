"""The queues of Today: what waits for somebody, each with the list that it counts."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.admin import answers, counts, lead_filters
from enquiries.models import Enquiry, Lead

Queue = dict[str, Any]


def queue(title: str, rows: QuerySet[Any], query: str, empty: str, **more: Any) -> Queue:
    """query: what of its list's address shows just these rows."""
    count = counts.count(rows)
    url = reverse(f"admin:enquiries_{rows.model._meta.model_name}_changelist")
    shown = {"count": count, "words": counts.in_words(count), "url": f"{url}?{query}"}
    return {"title": title, "empty": empty, **shown, **more}


def of_leads() -> list[Queue]:
    today, leads = timezone.localdate(), Lead.objects
    return [
        queue(_("Overdue"), leads.open().filter(next_action_on__lt=today), "due=overdue", _("Nothing is overdue.")),
        queue(_("Due today"), leads.open().filter(next_action_on=today), "due=today", _("Nothing is due today.")),
        queue(
            _("New and without an owner"),
            leads.unassigned().filter(stage=Lead.Stage.NEW),
            "stage=new&owner=nobody",
            _("Every new lead has an owner."),
        ),
        first_answers(),
        queue(
            _("Packet downloaded, not yet called"),
            lead_filters.downloaded_not_called(),
            "packet=downloaded",
            _("Whoever read the packet was called."),
        ),
        queue(
            _("Waiting for records"),
            leads.open().filter(stage=Lead.Stage.RECORDS),
            "stage=records",
            _("No records are waited for."),
            by_itself=True,
        ),
        queue(
            _("Packet did not arrive"),
            lead_filters.packet_failed(),
            "packet=failed",
            _("Every packet went through."),
        ),
    ]


def first_answers() -> Queue:
    hours = answers.business_hours()
    rows = answers.due_soon(hours).order_by("first_answer_due_at", "pk")
    first = rows.first()
    return queue(
        _("First answer late or due within an hour"),
        rows,
        "answer=soon",
        _("Nobody has waited long for a first answer."),
        detail=_("The first: %(time)s") % {"time": answers.in_words_now(first, hours)} if first else "",
    )


def of_enquiries() -> list[Queue]:
    return [
        queue(_("Held enquiries to look at"), Enquiry.objects.held(), "verdict=held", _("No enquiry is held.")),
    ]
