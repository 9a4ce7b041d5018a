"""A mail before a next action that has a time, to its owner, where they asked for such."""

import logging
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from enquiries.emails import REMINDER
from enquiries.models import Lead, Reminder, ReminderReader, reminder_readers
from enquiries.models.reminders import AHEAD, BEHIND
from foundation.outage import OUTAGES
from mailings.actions import queue_email

logger = logging.getLogger(__name__)


def choose_reminders(*, account: Any, wanted: bool) -> None:
    """Their own choice, for themselves alone."""
    if wanted:
        ReminderReader.objects.get_or_create(account=account)
    else:
        ReminderReader.objects.filter(account=account).delete()


def write_reminders() -> None:
    """May come as often as it likes: of each time there is one."""
    for lead in to_remind_of():
        try:
            write_reminder(lead)
        except Exception as error:  # whatever is wrong with one, the others get theirs
            if isinstance(error, OUTAGES):
                raise
            logger.exception("the reminder of lead %s could not be written", lead.pk)


def to_remind_of() -> QuerySet[Lead]:
    told = Reminder.objects.standing().filter(
        lead=OuterRef("pk"), account=OuterRef("owner"), due_at=OuterRef("next_action_at")
    )
    soon = Lead.objects.due_within(AHEAD + BEHIND, timezone.now() - BEHIND)
    untold = soon.filter(~Exists(told), owner__in=reminder_readers())
    return untold.select_related("owner").order_by("next_action_at", "pk")


@transaction.atomic
def write_reminder(lead: Lead) -> Reminder:
    assert lead.owner  # noqa: S101 - to_remind_of
    assert lead.next_action_at  # noqa: S101
    about: dict[str, Any] = {"lead": lead, "account": lead.owner, "due_at": lead.next_action_at}
    known = Reminder.objects.filter(**about).first()
    if known and Reminder.objects.standing().filter(pk=known.pk).exists():
        return known
    # By the mail that was cancelled, so that two at once write one.
    after = f":{known.outgoing_id}" if known else ""
    key = f"{REMINDER}:{lead.pk}:{lead.owner.pk}:{lead.next_action_at.isoformat()}{after}"
    outgoing = queue_email(kind=REMINDER, address=lead.owner.email, dedupe_key=key)
    return Reminder.objects.update_or_create(**about, defaults={"outgoing": outgoing})[0]
