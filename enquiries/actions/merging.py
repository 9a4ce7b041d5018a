"""Two leads of one person become one. The one points to the other, and nothing moves, so that it can be undone.

But for the wait for an answer, which nobody would see with a lead that is in no list.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.actions.events import note_event
from enquiries.actions.leads import lock_addresses
from enquiries.actions.waking import wake
from enquiries.models import Enquiry, Lead, LeadEvent, PacketDelivery
from foundation.actors import Actor

Kind = LeadEvent.Kind
# Whoever was taken for somebody else has noticed by then.
UNDO = timedelta(days=90)
CLOCK = ("asked_at", "first_answer_due_at", "first_answered_at")
Clock = dict[str, datetime | None]


def locked_both(*leads: Lead) -> list[Lead]:
    """Their addresses first, then their rows in one order for all; as they stand now, in the order of the arguments."""
    lock_addresses(*leads)
    rows = Lead.objects.select_for_update(of=("self",)).order_by("pk").in_bulk([lead.pk for lead in leads])
    return [rows[lead.pk] for lead in leads]


@transaction.atomic
def merge_leads(*, lead: Lead, into: Lead, by: Actor) -> Lead:
    """Lets a lead live on in another; returns that one. Raises ValidationError when the two cannot be one."""
    found, survivor = locked_both(lead, into)
    check_mergeable(found, survivor)
    check_survivor(found, survivor)
    # Before the merge, after which nobody waits as this lead.
    clock = _wait_on(found, survivor)
    found.merged_into = survivor
    found.save(update_fields=["merged_into"])
    note_event(survivor, Kind.MERGED, by=by, merged=found.pk, **clock)
    return survivor


def check_mergeable(lead: Lead, into: Lead) -> None:
    if lead.pk == into.pk:
        raise ValidationError(_("This is the same lead."))
    if lead.merged_into_id or into.merged_into_id:
        raise ValidationError(_("One of the two is merged already."))
    if lead.erased_at or into.erased_at:
        raise ValidationError(_("One of the two was erased."))


def check_survivor(lead: Lead, into: Lead) -> None:
    if lead.email and not into.email:
        # Mail and new enquiries would look for an address where there is none.
        raise ValidationError(_("Keep the one that has an e-mail address."))
    if lead.is_open and not into.is_open:
        # What waits for an answer or a next action would be in no list any more.
        raise ValidationError(_("Keep the one that is not closed, or open the closed one first."))


def _wait_on(lead: Lead, survivor: Lead) -> dict[str, Any]:
    """Whoever waits for a first answer waits on as the survivor; gives its own clock, which the undo sets again."""
    due, own_due = _awaited(lead), _awaited(survivor)
    if due is None or (own_due and own_due <= due):
        return {}
    own = {name: moment.isoformat() for name in CLOCK if (moment := getattr(survivor, name))}
    _set_clock(survivor, {name: getattr(lead, name) for name in CLOCK})
    return {"clock": own}


def _awaited(lead: Lead) -> datetime | None:
    """When the answer is due that they still wait for."""
    is_over = lead.stage in Lead.CLOSED or lead.first_answered_at is not None
    return None if is_over else lead.first_answer_due_at


def _set_clock(lead: Lead, clock: Clock) -> None:
    for name in CLOCK:
        setattr(lead, name, clock.get(name))
    lead.save(update_fields=CLOCK)


@transaction.atomic
def unmerge_lead(*, lead: Lead, by: Actor) -> Lead:
    """Takes a merged lead out again, as it was. Raises ValidationError after 90 days.

    What came in from its address meanwhile goes along; if something did, the lead is woken for it.
    """
    survivor = lead.merged_into
    if survivor is None:
        raise ValidationError(_("This lead is not merged."))
    found, survivor = locked_both(lead, survivor)
    if found.merged_into_id != survivor.pk:
        raise ValidationError(_("This lead is not merged."))
    merge = _merge_of(found)
    if merge is None or not may_be_undone(found):
        raise ValidationError(_("A merge can be undone for 90 days."))
    _give_back_clock(found, survivor, merge)
    found.merged_into = None
    found.save(update_fields=["merged_into"])
    _give_back(found, merge.at)
    note_event(survivor, Kind.UNMERGED, by=by, merged=found.pk)
    return found


def _give_back(lead: Lead, since: datetime) -> None:
    family = lead.family()
    for member in filter(lambda member: member.email, family):
        came = Enquiry.objects.filter(email=member.email, received_at__gte=since, lead__isnull=False)
        came.exclude(lead=member).update(lead=member)
    theirs = PacketDelivery.objects.filter(enquiry__lead__in=family)
    theirs.exclude(lead__in=family).update(lead=lead)
    newest = Enquiry.objects.filter(lead__in=family, form=Enquiry.Form.PACKET, received_at__gte=since).first()
    if newest:
        wake(lead, newest)


def _give_back_clock(lead: Lead, survivor: Lead, merge: LeadEvent) -> None:
    """Unless the survivor's began anew meanwhile. Answers since stand with the survivor; who was merged waits on."""
    if "clock" not in merge.data or survivor.asked_at != lead.asked_at:
        return
    _set_clock(survivor, _own_clock(merge, survivor))
    _give_back_further(survivor, lead.asked_at)


def _own_clock(merge: LeadEvent, survivor: Lead) -> Clock:
    own: Clock = {name: datetime.fromisoformat(at) for name, at in merge.data["clock"].items()}
    if own:
        own.setdefault("first_answered_at", survivor.first_answered_at)
    return own


def _give_back_further(lead: Lead, borrowed: datetime | None) -> None:
    """Whom lead is merged into may have taken over the same wait: back to their own, or lead's where it is sooner."""
    merge = _merge_of(lead)
    if lead.merged_into_id is None or merge is None or "clock" not in merge.data:
        return
    above = Lead.objects.select_for_update(of=("self",)).get(pk=lead.merged_into_id)
    if above.asked_at == borrowed:
        own = _own_clock(merge, above)
        own_due = None if own.get("first_answered_at") else own.get("first_answer_due_at")
        due = _awaited(lead)
        is_sooner = due is not None and (own_due is None or due < own_due)
        _set_clock(above, {name: getattr(lead, name) for name in CLOCK} if is_sooner else own)
        _give_back_further(above, borrowed)


def may_be_undone(lead: Lead) -> bool:
    merge = _merge_of(lead)
    return lead.erased_at is None and merge is not None and timezone.now() - merge.at < UNDO


def _merge_of(lead: Lead) -> LeadEvent | None:
    merges = LeadEvent.objects.filter(kind=Kind.MERGED, lead=lead.merged_into_id, data__merged=lead.pk)
    return merges.order_by("-at").first()


@transaction.atomic
def tell_apart(*, lead: Lead, other: Lead, by: Actor) -> None:
    """They are two people: neither page suggests the other any more. Again changes nothing."""
    found, also = locked_both(lead, other)
    if found.pk == also.pk or found.events.filter(kind=Kind.TOLD_APART, data__other=also.pk).exists():
        return
    note_event(found, Kind.TOLD_APART, by=by, other=also.pk)
    note_event(also, Kind.TOLD_APART, by=by, other=found.pk)
