"""Two leads of one person become one. Nothing moves: the one points to the other, so that it can be undone."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.actions.events import note_event
from enquiries.actions.leads import lock_addresses
from enquiries.models import Lead, LeadEvent

Kind = LeadEvent.Kind
# Whoever was taken for somebody else has noticed by then.
UNDO = timedelta(days=90)


def locked_both(*leads: Lead) -> list[Lead]:
    """Their addresses first, then their rows in one order for all; as they stand now, in the order of the arguments."""
    lock_addresses(*leads)
    rows = Lead.objects.select_for_update(of=("self",)).order_by("pk").in_bulk([lead.pk for lead in leads])
    return [rows[lead.pk] for lead in leads]


@transaction.atomic
def merge_leads(*, lead: Lead, into: Lead, by: Any) -> Lead:
    """Lets a lead live on in another; returns that one. Raises ValidationError when the two cannot be one."""
    found, survivor = locked_both(lead, into)
    check_mergeable(found, survivor)
    found.merged_into = survivor
    found.save(update_fields=["merged_into"])
    note_event(survivor, Kind.MERGED, by=by, merged=found.pk)
    return survivor


def check_mergeable(lead: Lead, into: Lead) -> None:
    if lead.pk == into.pk:
        raise ValidationError(_("This is the same lead."))
    if lead.merged_into_id or into.merged_into_id:
        raise ValidationError(_("One of the two is merged already."))
    if lead.erased_at or into.erased_at:
        raise ValidationError(_("One of the two was erased."))
    if lead.email and not into.email:
        # Mail and new enquiries would look for an address where there is none.
        raise ValidationError(_("Keep the one that has an e-mail address."))


@transaction.atomic
def unmerge_lead(*, lead: Lead, by: Any) -> Lead:
    """Takes a merged lead out again, as it was. Raises ValidationError after 90 days."""
    survivor = lead.merged_into
    if survivor is None:
        raise ValidationError(_("This lead is not merged."))
    found, survivor = locked_both(lead, survivor)
    if found.merged_into_id != survivor.pk:
        raise ValidationError(_("This lead is not merged."))
    if not may_be_undone(found):
        raise ValidationError(_("A merge can be undone for 90 days."))
    found.merged_into = None
    found.save(update_fields=["merged_into"])
    note_event(survivor, Kind.UNMERGED, by=by, merged=found.pk)
    return found


def may_be_undone(lead: Lead) -> bool:
    merges = LeadEvent.objects.filter(kind=Kind.MERGED, lead=lead.merged_into_id, data__merged=lead.pk)
    newest = merges.order_by("-at").values_list("at", flat=True).first()
    return lead.erased_at is None and newest is not None and timezone.now() - newest < UNDO


@transaction.atomic
def tell_apart(*, lead: Lead, other: Lead, by: Any) -> None:
    """They are two people: neither page suggests the other any more. Again changes nothing."""
    found, also = locked_both(lead, other)
    if found.pk == also.pk or found.events.filter(kind=Kind.TOLD_APART, data__other=also.pk).exists():
        return
    note_event(found, Kind.TOLD_APART, by=by, other=also.pk)
    note_event(also, Kind.TOLD_APART, by=by, other=found.pk)
