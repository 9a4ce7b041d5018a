"""What staff and a person said to each other by telephone."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries import rules, stops
from enquiries.actions.clocks import awaited, call_answers, set_clock
from enquiries.actions.events import note_event
from enquiries.actions.leads import lock_addresses, locked, move_lead, plan_next
from enquiries.actions.packets import resend_packet, unwanted
from enquiries.models import EndedConsent, Lead, LeadEvent, LeftOut, heard_until
from enquiries.models.packet_ends import PACKET
from foundation.actors import Actor
from foundation.models import ClinicProfile
from mailings import actions as post_office
from mailings.models import Consent, OutgoingEmail, Why
from mailings.models.why import SAID_BY_A_MAILBOX

Outcome = LeadEvent.Outcome
# Whoever writes down an older one mistyped its month.
LONGEST_AGO = timedelta(days=90)
AT_ANOTHER_ADDRESS = gettext_lazy(
    "At another address of theirs somebody said that they did not ask for our mail, or reported it as spam. If that "
    "address was mistyped, say so under “The same person”; if it is theirs, lift it there first."
)
ASKED_SINCE = gettext_lazy("They asked to be contacted after this day, and that stands.")


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
) -> LeadEvent:
    """Notes a call. Whoever reached a new lead has contacted it. Raises ValidationError for a plan without a date.

    at: when it was, if not just now; what was before they asked answers nothing. direction: who called, where
    known. called: the clinic's own words for the outcome.
    """
    found = locked(lead, version)
    check_moment(at)
    more = {"noted_at": timezone.now().isoformat()} if at else {}
    if direction:
        more["direction"] = LeadEvent.Direction(direction).value
    if called:
        more["called"] = called
    told: dict[str, Any] = {"text": text.strip(), "by": by, "at": at, "outcome": Outcome(outcome).value, **more}
    event = note_event(found, LeadEvent.Kind.CALL, **told)
    plan: dict[str, Any] = {
        "next_action": next_action,
        "next_action_on": next_action_on,
        "next_action_at": next_action_at,
        "by": by,
    }
    answers = call_answers(outcome, direction) and not was_before_they_asked(event, found)
    if found.stage == Lead.Stage.NEW and answers:
        move_lead(lead=found, stage=Lead.Stage.CONTACTED, **plan)
    elif next_action or next_action_on or next_action_at:
        plan_next(found, **plan)
    return event


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
        raise ValidationError(_("Nothing that they said keeps our mail from them."))
    for address in addresses:
        is_asked_about = address == found.mail_address
        post_office.lift_stop(address=address, by=by, keeps=() if is_asked_about else SAID_BY_A_MAILBOX)
    if stops.said_by_the_person(found):
        raise ValidationError(AT_ANOTHER_ADDRESS)
    event = note_event(found, LeadEvent.Kind.STOP_LIFTED, text=words.strip(), by=by)
    if send_packet:
        resend_packet(lead=found, by=by, asked_since=True)
    return event


@transaction.atomic
def end_contact(*, lead: Lead, words: str, said_on: date, by: Actor) -> LeadEvent:
    """They take back that they may be contacted; packets and newsletters go on.

    Raises ValidationError where nothing allows it, or it was taken back already. Nobody waits for an answer then,
    unless they asked again since the day on which they said so.
    """
    # Whoever releases an enquiry of theirs that was held meanwhile finds this, or is found by it.
    lock_addresses(lead)
    found = locked(lead)
    check_word(words, said_on)
    until = heard_until(said_on, timezone.now(), ClinicProfile.objects.current().zone)
    consents = contact_consents(found)
    given = [consent for consent in consents if consent.given_at <= until]
    if not given:
        raise ValidationError({"said_on": ASKED_SINCE} if consents else _("No consent to be contacted is on record."))
    event = note_event(
        found, LeadEvent.Kind.CONSENT_ENDED, text=words.strip(), by=by, consent=given[0].pk, said_on=said_on.isoformat()
    )
    EndedConsent.objects.bulk_create(EndedConsent(consent=consent, event=event) for consent in given)
    if len(given) == len(consents):
        _wait_no_longer(found, by)
    return event


def check_word(words: str, said_on: date) -> None:
    if not words.strip():
        raise ValidationError({"words": _("Write down what they said.")})
    if said_on > ClinicProfile.objects.current().today():
        raise ValidationError({"said_on": _("This is still to come.")})


@transaction.atomic
def end_packet(*, lead: Lead, words: str, said_on: date, by: Actor) -> LeadEvent:
    """They want no further packet, and the one that waits is cancelled; being contacted and newsletters go on.

    Raises ValidationError when that is known. Whoever asks for it again gets it again, or did since the day on which
    they said so.
    """
    lock_addresses(lead)
    found = locked(lead)
    check_word(words, said_on)
    if unwanted(found):
        raise ValidationError(LeftOut.NO_PACKET_WANTED.label)
    told: dict[str, Any] = {"about": PACKET, "said_on": said_on.isoformat()}
    event = note_event(found, LeadEvent.Kind.CONSENT_ENDED, text=words.strip(), by=by, **told)
    if unwanted(found):
        _cancel_packets(found, by)
    return event


def _cancel_packets(lead: Lead, by: Actor) -> None:
    waiting = OutgoingEmail.objects.filter(packet_delivery__lead__in=lead.family(), state=OutgoingEmail.State.QUEUED)
    for outgoing in waiting.select_for_update(of=("self",)):
        post_office.cancel(outgoing, Why.NO_LONGER_WANTED, by)


def contact_consents(lead: Lead) -> list[Consent]:
    """Those that stand, of the whole family; the newest first."""
    given = Consent.objects.filter(contact_enquiries__lead__in=lead.family(), ended=None)
    return list(given.distinct().order_by("-given_at", "-pk"))


def _wait_no_longer(lead: Lead, by: Actor) -> None:
    if awaited(lead):
        set_clock(lead, {})
    if lead.is_open and lead.next_action in (*Lead.Plan.answers(), Lead.Plan.CALL_BACK, Lead.Plan.GET_IN_TOUCH):
        later = ClinicProfile.objects.current().today() + rules.TIME_TO_ASK
        plan_next(lead, next_action=Lead.Plan.WAIT.value, next_action_on=later, by=by)
