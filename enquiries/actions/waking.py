"""Somebody known writes again, so whoever followed them up does so again."""

from datetime import datetime
from typing import Any

from enquiries import rules
from enquiries.models import Enquiry, Lead
from foundation.models import ClinicProfile


def wake(lead: Lead, enquiry: Enquiry) -> None:
    """Back among the open ones and due today; the clock of the first answer begins anew for whoever waits anew."""
    # Who was taken down or imported and never spoken to has written for the first time.
    begins = lead.stage in rules.REOPENS_TO or (lead.stage == Lead.Stage.NEW and lead.asked_at is None)
    _open(lead)
    if begins:
        _restart_clock(lead, enquiry)


def _open(lead: Lead) -> None:
    today = ClinicProfile.objects.current().today()
    lead.stage = rules.REOPENS_TO.get(Lead.Stage(lead.stage), lead.stage)
    lead.closed_reason = ""
    if lead.next_action_on is None or lead.next_action_on > today or not lead.next_action:
        lead.next_action = Lead.Plan.ANSWER_NEW.value
        lead.next_action_on = today
    lead.save(update_fields=["stage", "closed_reason", "next_action", "next_action_on"])


def _restart_clock(lead: Lead, enquiry: Enquiry) -> None:
    """Nobody was following them up, so they wait for an answer as if for the first time.

    Written after the stage: released by staff, that move looks like an answer to the trigger.
    """
    lead.asked_at, lead.first_answer_due_at = enquiry.received_at, answer_due(enquiry)
    lead.first_answered_at = None
    lead.save(update_fields=["asked_at", "first_answer_due_at", "first_answered_at"])


def first_plan(enquiry: Enquiry) -> dict[str, Any]:
    """What a new lead begins with. Who asked for no contact waits for no answer, and nobody is to write."""
    today = ClinicProfile.objects.current().today()
    if enquiry.consent_contact is None:
        return {"next_action": Lead.Plan.WAIT.value, "next_action_on": today + rules.TIME_TO_ASK}
    plan = {"next_action": Lead.Plan.ANSWER.value, "next_action_on": today}
    return {**plan, "asked_at": enquiry.received_at, "first_answer_due_at": answer_due(enquiry)}


def answer_due(enquiry: Enquiry) -> datetime:
    """By the hours and the promise of now: changing these later moves no time that was promised."""
    return rules.first_answer_due(enquiry.received_at)
