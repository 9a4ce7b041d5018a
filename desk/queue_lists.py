"""Whom each queue of Today holds, in which order, all counted and begun in one statement."""

from typing import Any

from django.db.models import BigIntegerField, DateField, DateTimeField, QuerySet
from django.db.models.functions import Coalesce

from desk import answers
from desk.list import lead_filters
from enquiries.models import Enquiry, Lead, Mention, imported, mail_failed, new_and_unassigned
from foundation.prepared import Blank, Lists, Rows, Several

# Enough to begin with; the list has the rest.
SHOWN = 4
BY_DAY = ("next_action_on", "pk")
OLDEST = ("created_at", "pk")


def lists() -> dict[str, QuerySet[Any]]:
    """Where they have an order, an index of these rows gives it: as many are read as are counted, and none sorted."""
    today, now, owner = Blank("today", DateField()), Blank("now", DateTimeField()), Blank("owner", BigIntegerField())
    leads, from_list = Lead.objects, imported()
    return {
        "hour": lead_filters.due_within_the_hour(now).order_by("next_action_at", "pk"),
        "mentions": Mention.objects.filter(account=owner, seen_at=None).order_by(),
        "mine": leads.due(today).filter(owner=owner).order_by(*BY_DAY),
        "overdue": leads.overdue(today, now).order_by(*BY_DAY),
        "today": leads.due_today(today, now).order_by(*BY_DAY),
        "new": new_and_unassigned().order_by(*OLDEST),
        "answers": answers.due_by(Blank("soon", DateTimeField())).order_by("first_answer_due_at", "pk"),
        "downloaded": lead_filters.downloaded_not_called().order_by(),
        "records": in_stage(Lead.Stage.RECORDS),
        "failed": mail_failed().order_by("-pk"),
        "imported": leads.unassigned().filter(from_list, stage=Lead.Stage.NEW).order_by(),
        # Mostly there are none, and Postgres would walk the index of all that are open to find that out.
        "left_behind": lead_filters.left_behind().order_by(Coalesce("next_action_on", "next_action_on"), "pk"),
        "stopped": lead_filters.stopped_and_back().order_by("-created_at", "-pk"),
        "review": in_stage(Lead.Stage.MEDICAL_REVIEW),
    }


def in_stage(stage: str) -> QuerySet[Lead]:
    return Lead.objects.open().filter(stage=stage).order_by(*OLDEST)


LISTS = Lists(lists, first=SHOWN)
# Who stands at the top of them.
FIRST = Rows(lambda: Lead.objects.filter(pk__in=Several("leads", BigIntegerField())).select_related("owner").order_by())
# The longest held first, by the index of what is held.
HELD = Lists(lambda: {"held": Enquiry.objects.held().order_by("received_at")}, first=SHOWN)
