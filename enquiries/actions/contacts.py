"""What staff said to a person by telephone."""

from datetime import date
from typing import Any

from django.db import transaction

from enquiries.actions.events import note_event
from enquiries.actions.leads import locked, move_lead, plan_next
from enquiries.models import Lead, LeadEvent
from foundation.actors import Actor

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
