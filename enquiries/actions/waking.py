"""Somebody known writes again, so whoever followed them up does so again."""

from datetime import date, datetime
from typing import Any

from enquiries import rules
from enquiries.actions.clocks import ANSWERS, Clock, as_data, clock_of, set_clock
from enquiries.actions.events import note_event
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.actors import Actor
from foundation.models import ClinicProfile

PLAN = ("stage", "closed_reason", "next_action", "next_action_on", "next_action_at")


def wake(lead: Lead, enquiry: Enquiry, *, by: Actor, due: datetime | None = None) -> None:
    """Back among the open ones and due when the clinic is open next; the clock of the first answer begins anew for
    whoever waits anew.

    due: until when the answer was promised already.
    """
    before = as_it_is(lead)
    # Who was taken down or imported and never spoken to has written for the first time.
    begins = lead.stage in rules.REOPENS_TO or (lead.stage == Lead.Stage.NEW and lead.asked_at is None)
    _open(lead, first_day(begins))
    if begins:
        # After the stage: released by staff, that move looks like an answer to the trigger.
        asked: Clock = {"asked_at": enquiry.received_at, "first_answer_due_at": due or answer_due(enquiry)}
        set_clock(lead, {**asked, "first_answered_at": spoken_with_since(lead, enquiry.received_at)})
    if enquiry.lead_id != lead.pk and as_it_is(lead) != before:
        _note_waking(lead, enquiry, before, by)


def as_it_is(lead: Lead) -> dict[str, Any]:
    """What waking may change, as an event keeps it."""
    values = {name: getattr(lead, name) for name in PLAN}
    before = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {"before": before, "clock": as_data(clock_of(lead))}


def _note_waking(lead: Lead, enquiry: Enquiry, before: dict[str, Any], by: Actor) -> None:
    """Who is merged into it wrote: taken apart again, it is to be as it was. By uuid, for it has no number yet."""
    time = {"at_time": lead.next_action_at.isoformat()} if lead.next_action_at else {}
    plan = {"on": lead.next_action_on.isoformat(), **time} if lead.next_action_on else {}
    woken = {**before, **plan, "woken_by": str(enquiry.uuid)}
    note_event(lead, LeadEvent.Kind.NEXT_ACTION, by=by, text=lead.next_action, **woken)


def spoken_with_since(lead: Lead, since: datetime) -> datetime | None:
    """What they wrote may have been held while somebody spoke with them."""
    talks = lead.events.filter(ANSWERS, at__gte=since).order_by("at")
    return talks.values_list("at", flat=True).first()


def first_day(begins: bool) -> date:
    """On which somebody is to answer. Without a clock that says by when, nobody is late before the clinic opens."""
    profile = ClinicProfile.objects.current()
    return profile.today() if begins else profile.business_hours().open_day(profile.today())


def _open(lead: Lead, day: date) -> None:
    before = [getattr(lead, name) for name in PLAN]
    lead.stage = rules.REOPENS_TO.get(Lead.Stage(lead.stage), lead.stage)
    lead.closed_reason = ""
    if lead.next_action_on is None or lead.next_action_on > day or not lead.next_action:
        lead.next_action = Lead.Plan.ANSWER_NEW.value
        lead.next_action_on, lead.next_action_at = day, None
    if before != [getattr(lead, name) for name in PLAN]:
        lead.save(update_fields=PLAN)


def first_plan(enquiry: Enquiry, *, wants_answer: bool = True) -> dict[str, Any]:
    """What a new lead begins with. Who asked for no contact waits for no answer, and nobody is to write."""
    today = ClinicProfile.objects.current().today()
    if enquiry.consent_contact is None or not wants_answer:
        return {"next_action": Lead.Plan.WAIT.value, "next_action_on": today + rules.TIME_TO_ASK}
    plan = {"next_action": Lead.Plan.ANSWER.value, "next_action_on": today}
    return {**plan, "asked_at": enquiry.received_at, "first_answer_due_at": answer_due(enquiry)}


def answer_due(enquiry: Enquiry) -> datetime:
    """By the hours and the promise of now: changing these later moves no time that was promised."""
    return rules.first_answer_due(enquiry.received_at)
