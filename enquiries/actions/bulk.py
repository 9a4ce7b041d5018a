"""One act for many leads: one that refuses does not undo the others."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from enquiries.actions.leads import PLANNED, ChangedMeanwhile, lock_addresses, locked
from enquiries.actions.packets import deliver_packet, topic_of, why_no_packet
from enquiries.causes import newest_enquiry
from enquiries.models import BulkOutcome, BulkRun, Lead, LeftOut, PacketDelivery
from enquiries.models.tags import tag_numbers
from enquiries.signals import bulk_run_begun
from foundation.actors import Actor
from mailings.models import Why

Verb = BulkRun.Verb
# What each verb writes into the lead, to be given back.
GIVEN_BACK: dict[str, tuple[str, ...]] = {
    Verb.ASSIGN: ("owner_id",),
    Verb.SNOOZE: PLANNED,
    Verb.CLOSE: ("stage", *PLANNED),
}

# Does it with one lead, if its version is still this one. Raises ChangedMeanwhile, or a ValidationError whose code says
# why it cannot.
Act = Callable[[Lead], Any]


@transaction.atomic
def begin_bulk_run(*, number: UUID, verb: str, by: Actor, leads: int, request: Any = None) -> BulkRun:
    """The run of this number, begun only once: who presses twice goes on with the first."""
    run, new = BulkRun.objects.get_or_create(uuid=number, defaults={"verb": verb, "by": by.account})
    if new:
        bulk_run_begun.send(sender=BulkRun, by=by, request=request, run=run, leads=leads)
    return run


@transaction.atomic
def act_in_bulk(*, run: BulkRun, leads: Sequence[Lead], act: Act) -> None:
    """Acts on each lead, unless this run did so before, and writes what became of it. All at once, or none at a crash.

    One alone, where the act locks addresses, which come before any lead.
    """
    # Before any address or lead, so that a second press waits for the first, and finds what it did.
    BulkRun.objects.select_for_update().get(pk=run.pk)
    over = set(run.outcomes.filter(lead__in=leads).values_list("lead", flat=True))
    left = [lead for lead in leads if lead.pk not in over]
    if len(leads) > 1:
        _lock_rows(left)
    outcomes = [_outcome(run, lead, act) for lead in left]
    _mark([outcome for outcome in outcomes if outcome.before])
    BulkOutcome.objects.bulk_create(outcomes)


def _outcome(run: BulkRun, lead: Lead, act: Act) -> BulkOutcome:
    """The lead is as the one who chose it saw it: if it is another by now, nothing is done with it."""
    stood = _stood(run, lead)
    because = _tried(lead, act)
    before = {name: value.isoformat() if isinstance(value, date) else value for name, value in stood.items()}
    return BulkOutcome(run=run, lead=lead, left_out_because=because, before=(before or None) if not because else None)


def _stood(run: BulkRun, lead: Lead) -> dict[str, Any]:
    if run.verb == Verb.TAG:
        return {"tags": tag_numbers(lead)}
    return {name: getattr(lead, name) for name in GIVEN_BACK.get(run.verb, ())}


def _mark(outcomes: list[BulkOutcome]) -> None:
    """By the version and the last event, whoever undoes it knows whether anything happened since."""
    leads = [outcome.lead_id for outcome in outcomes]
    now = {
        pk: marks for pk, *marks in Lead.objects.filter(pk__in=leads).values_list("pk", "version", Max("events__pk"))
    }
    for outcome in outcomes:
        version, event = now[outcome.lead_id]
        outcome.before = {**(outcome.before or {}), "version": version, "event": event}


def _lock_rows(leads: Sequence[Lead]) -> None:
    """In one order for all, and before whose turn it is. A merged one is locked after another, so it is left alone."""
    rows = Lead.objects.select_for_update().filter(pk__in=[lead.pk for lead in leads], merged_into=None)
    list(rows.order_by("pk").values_list("pk"))


def _tried(lead: Lead, act: Act) -> str:
    try:
        with transaction.atomic():
            act(lead)
    except ValidationError as error:
        return LeftOut.code_of([part.code for part in getattr(error, "error_list", [])])
    except ChangedMeanwhile:
        return LeftOut.CHANGED.value
    return ""


@transaction.atomic
def send_packet_in_bulk(*, lead: Lead, by: Actor, key: str) -> PacketDelivery:
    """Within what an address may get, unlike the button on the lead's page; once for a key."""
    lock_addresses(lead)
    found = locked(lead, lead.version)
    address, enquiry = found.mail_address or "", newest_enquiry(found)
    why = why_no_packet(found, address, topic_of(enquiry)) if address else Why.NO_ADDRESS
    if why:
        raise ValidationError(why.label, code=why.value)
    return deliver_packet(found, enquiry, f"packet:lead-{found.pk}:{key}", by, address)
