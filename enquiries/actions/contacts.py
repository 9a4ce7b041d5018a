"""What staff and a person said to each other by telephone."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from enquiries import stops
from enquiries.actions.events import note_event
from enquiries.actions.leads import lock_addresses, locked, move_lead, plan_next
from enquiries.actions.packets import resend_packet
from enquiries.models import Lead, LeadEvent
from foundation.actors import Actor
from mailings import actions as post_office

Outcome = LeadEvent.Outcome


@transaction.atomic
def log_call(
    *,
    lead: Lead,
    outcome: str,
    text: str = "",
    by: Actor,
    next_action: str = "",
    next_action_on: date | None = None,
    version: int | None = None,
) -> LeadEvent:
    """Notes a call. Whoever reached a new lead has contacted it. Raises ValidationError for a plan without a date."""
    found = locked(lead, version)
    event = note_event(found, LeadEvent.Kind.CALL, text=text.strip(), by=by, outcome=Outcome(outcome).value)
    plan: dict[str, Any] = {"next_action": next_action, "next_action_on": next_action_on, "by": by}
    if found.stage == Lead.Stage.NEW and outcome != Outcome.NO_ANSWER:
        move_lead(lead=found, stage=Lead.Stage.CONTACTED, **plan)
    elif next_action or next_action_on:
        plan_next(found, **plan)
    return event


@transaction.atomic
def lift_stop(*, lead: Lead, words: str, send_packet: bool, by: Actor) -> LeadEvent:
    """They asked us to stop, and want mail after all: at each of their addresses, on their own words.

    Raises ValidationError where nothing that they said stands against them, and where no packet can go out.
    """
    addresses = lock_addresses(lead)
    found = locked(lead)
    if not words.strip():
        raise ValidationError({"words": _("Write down what they said.")})
    if not stops.said_by_the_person(found):
        raise ValidationError(_("Nothing that they said keeps our mail from them."))
    for address in addresses:
        post_office.lift_stop(address=address, by=by)
    event = note_event(found, LeadEvent.Kind.STOP_LIFTED, text=words.strip(), by=by)
    if send_packet:
        resend_packet(lead=found, by=by)
    return event
