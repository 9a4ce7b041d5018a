"""What staff and a person said to each other by telephone."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries import stops
from enquiries.actions.clocks import call_answers
from enquiries.actions.events import note_event, note_words, noted_already
from enquiries.actions.leads import lock_addresses, locked, move_lead, plan_next
from enquiries.actions.packets import Asked, resend_packet
from enquiries.models import Lead, LeadEvent
from foundation.actors import Actor
from mailings import actions as post_office
from mailings.models.why import SAID_BY_A_MAILBOX

Outcome = LeadEvent.Outcome
# Whoever writes down an older one mistyped its month.
LONGEST_AGO = timedelta(days=90)
# As packets.RESEND_PAUSE: a second click is a slip.
JUST_NOW = timedelta(minutes=10)
# What the event of a call keeps of how it was written down, and not of the call.
OF_THE_WRITING = ("noted_at", "page")
NOTHING_TO_LIFT = "nothing_to_lift"
AT_ANOTHER_ADDRESS = gettext_lazy(
    "At another address of theirs somebody said that they did not ask for our mail, or reported it as spam. If that "
    "address was mistyped, say so under “The same person”; if it is theirs, lift it there first."
)


@transaction.atomic
def log_call(
    *,
    lead: Lead,
    outcome: str,
    text: str = "",
    by: Actor,
    at: datetime | None = None,
    direction: str = "",
    called: str = "",
    next_action: str = "",
    next_action_on: date | None = None,
    next_action_at: datetime | None = None,
    version: int | None = None,
    page: UUID | None = None,
) -> LeadEvent:
    """Notes a call. Whoever reached a new lead has contacted it. Raises ValidationError for a plan without a date.

    at: when it was, if not just now; what was before they asked answers nothing. direction: who called, where
    known. called: the clinic's own words for the outcome. page: on which it was written; the same call once more
    from there is the one that there is, though it may be planned otherwise.
    """
    found = locked(lead, version)
    check_moment(at)
    more: dict[str, Any] = {"outcome": Outcome(outcome).value}
    if direction:
        more["direction"] = LeadEvent.Direction(direction).value
    if called:
        more["called"] = called
    known = _logged_already(found, text.strip(), by, at, page, more)
    if at:
        more["noted_at"] = timezone.now().isoformat()
    if page:
        more["page"] = str(page)
    event = known or note_words(found, LeadEvent.Kind.CALL, text=text.strip(), by=by, at=at, **more)
    plan: dict[str, Any] = {
        "next_action": next_action,
        "next_action_on": next_action_on,
        "next_action_at": next_action_at,
        "by": by,
    }
    answers = not known and call_answers(outcome, direction) and not was_before_they_asked(event, found)
    if found.stage == Lead.Stage.NEW and answers:
        move_lead(lead=found, stage=Lead.Stage.CONTACTED, **plan)
    elif next_action or next_action_on or next_action_at:
        plan_next(found, **plan)
    return event


def _logged_already(
    lead: Lead, text: str, by: Actor, at: datetime | None, page: UUID | None, more: dict[str, Any]
) -> LeadEvent | None:
    """Of the same moment: where nobody typed one it is just now, which is another on a page that was left open."""
    for one in noted_already(lead, LeadEvent.Kind.CALL, text=text, by=by, page=page):
        said = {name: value for name, value in one.data.items() if name not in OF_THE_WRITING}
        was_just_now = "noted_at" not in one.data and one.at > timezone.now() - JUST_NOW
        if said == more and (one.at == at if at else was_just_now):
            return one
    return None


def check_moment(at: datetime | None) -> None:
    if at and at > timezone.now():
        raise ValidationError({"at": _("This is still to come.")})
    if at and at < timezone.now() - LONGEST_AGO:
        raise ValidationError({"at": _("This is more than 90 days ago.")})


def was_before_they_asked(event: LeadEvent, lead: Lead) -> bool:
    """The move that follows a call ends the wait for an answer, whenever the call was."""
    return lead.asked_at is not None and event.at < lead.asked_at


@transaction.atomic
def lift_stop(*, lead: Lead, words: str, send_packet: bool, by: Actor) -> LeadEvent:
    """They asked us to stop, and want mail after all: at each of their addresses, on their own words.

    What was said of our mail by whoever has another mailbox may be a stranger's word, and stays.
    Raises ValidationError where that, or nothing that they said, stands against them, and where no packet can go out.
    """
    addresses = lock_addresses(lead)
    found = locked(lead)
    if not words.strip():
        raise ValidationError({"words": _("Write down what they said.")})
    if not stops.said_by_the_person(found):
        raise ValidationError(_("Nothing that they said keeps our mail from them."), code=NOTHING_TO_LIFT)
    for address in addresses:
        is_asked_about = address == found.mail_address
        post_office.lift_stop(address=address, by=by, keeps=() if is_asked_about else SAID_BY_A_MAILBOX)
    if stops.said_by_the_person(found):
        raise ValidationError(AT_ANOTHER_ADDRESS)
    event = note_event(found, LeadEvent.Kind.STOP_LIFTED, text=words.strip(), by=by)
    if send_packet:
        resend_packet(lead=found, by=by, asked=Asked(words.strip(), timezone.now()))
    return event
