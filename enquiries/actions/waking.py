"""Somebody known writes again, so whoever followed them up does so again."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

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
        lead.next_action = _("Answer the new enquiry")
        lead.next_action_on = today
    lead.save(update_fields=["stage", "closed_reason", "next_action", "next_action_on"])


def _restart_clock(lead: Lead, enquiry: Enquiry) -> None:
    """Nobody was following them up, so they wait for an answer as if for the first time.

    Written after the stage: released by staff, that move looks like an answer to the trigger.
    """
    lead.asked_at, lead.first_answer_due_at = enquiry.received_at, answer_due(enquiry)
    lead.first_answered_at = None
    lead.save(update_fields=["asked_at", "first_answer_due_at", "first_answered_at"])


def answer_due(enquiry: Enquiry) -> datetime:
    """By the hours and the promise of now: changing these later moves no time that was promised."""
    profile = ClinicProfile.objects.current()
    return profile.business_hours().after(enquiry.received_at, timedelta(hours=profile.first_answer_hours))
