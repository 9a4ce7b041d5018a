"""What was done with many leads by a slip: for a day each gets back what stood there, if nothing happened since."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.actions.leads import ChangedMeanwhile, assign_lead, locked, open_as_before, set_next_action
from enquiries.actions.tags import came_with_others, change_tags
from enquiries.models import BulkOutcome, BulkRun, Lead, LeadEvent
from enquiries.models.bulk import TIME_TO_UNDO
from enquiries.models.tags import tag_numbers
from foundation.actors import Actor

Verb = BulkRun.Verb


def forget_what_stood_there() -> int:
    """Once nobody may undo it any more: it may hold what somebody wrote about a person."""
    old = BulkOutcome.objects.filter(run__created_at__lte=timezone.now() - TIME_TO_UNDO, before__isnull=False)
    return old.update(before=None)


@transaction.atomic
def undo_bulk_run(*, run: BulkRun, by: Actor) -> int:
    """With how many it was undone; of the others `before` stays. Raises ValidationError for one that may not be."""
    found = BulkRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not found.may_be_undone(by):
        raise ValidationError(_("Only who did it can undo it, once and within a day."))
    outcomes = found.outcomes.filter(before__isnull=False).select_related("lead").order_by("lead")
    undone = [outcome.pk for outcome in outcomes if _undone(found, outcome, by)]
    BulkOutcome.objects.filter(pk__in=undone).update(before=None)
    found.undone_at = timezone.now()
    found.save(update_fields=["undone_at"])
    return len(undone)


def _undone(run: BulkRun, outcome: BulkOutcome, by: Actor) -> bool:
    before = outcome.before or {}
    try:
        with transaction.atomic():
            lead = locked(outcome.lead, before["version"])
            _check_untouched(lead, before["event"])
            _give_back(run, lead, before, by)
    except (ValidationError, ChangedMeanwhile):
        return False
    return True


def _check_untouched(lead: Lead, last: int | None) -> None:
    """A note or a call leaves the lead's row as it is."""
    if LeadEvent.objects.filter(lead=lead, pk__gt=last or 0).exists():
        raise ChangedMeanwhile


def _give_back(run: BulkRun, lead: Lead, before: dict[str, Any], by: Actor) -> None:
    if run.verb == Verb.ASSIGN:
        owner = get_user_model()._default_manager.filter(pk=before["owner_id"]).first()
        assign_lead(lead=lead, owner=owner, by=by)
        return
    if run.verb == Verb.TAG:
        had, has = set(before["tags"]), set(tag_numbers(lead))
        change_tags(lead=lead, put_on=had - has, take_off=has - had, by=by)
        came_with_others(lead, had - has)
        return
    day = date.fromisoformat(before["next_action_on"]) if before["next_action_on"] else None
    at = datetime.fromisoformat(before["next_action_at"]) if before.get("next_action_at") else None
    plan = {"next_action": before["next_action"], "next_action_at": at, "by": by}
    if run.verb == Verb.CLOSE:
        open_as_before(lead, before["stage"], by)
    if day:
        set_next_action(lead=lead, next_action_on=day, **plan)
