"""An issue that is under way: held, let go on, stopped for good, or over."""

import logging
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from foundation.actors import JOB, MACHINE, Actor
from mailings import doorbell
from mailings.actions import cancel_waiting
from mailings.models import MailEvent, OutgoingEmail
from newsletters.actions.launching import SEND
from newsletters.actions.moves import act_as, ask_leave, locked
from newsletters.models import Digest, Newsletter, account_of
from newsletters.preflight import refuse_stopped

logger = logging.getLogger(__name__)

State, Mail = Newsletter.State, OutgoingEmail.State
Because = Newsletter.PausedBecause
# Providers begin to refuse a sender at some 5 % dead addresses and 0.3 % complaints; at these there is time to look.
MOST_BOUNCED, MOST_COMPLAINED = 0.02, 0.001
# A share of fewer would be one person's: two dead addresses, one complaint.
FEWEST_FOR_BOUNCES, FEWEST_FOR_COMPLAINTS = 100, 1000


@transaction.atomic
def pause(*, newsletter: Newsletter, by: Actor, because: str = Because.STAFF) -> Newsletter:
    """Only what is on the wire at this moment still goes out. All other mail goes on."""
    if because == Because.STAFF:
        ask_leave(by, SEND)
    found = locked(newsletter, State.SENDING)
    act_as(by)
    found.state, found.paused_because = State.PAUSED, because
    found.save()
    return found


@transaction.atomic
def resume(*, newsletter: Newsletter, by: Actor) -> Newsletter:
    ask_leave(by, SEND)
    found = locked(newsletter, State.PAUSED)
    refuse_stopped(found)
    act_as(by)
    found.state, found.paused_because, found.resumed_at = State.SENDING, "", timezone.now()
    found.save()
    doorbell.ring_after_commit()
    return found


@transaction.atomic
def cancel(*, newsletter: Newsletter, by: Actor) -> Newsletter:
    """For good. Whoever has not got it by now does not get it."""
    ask_leave(by, SEND)
    found = locked(newsletter, State.DRAFT, State.APPROVED, State.SCHEDULED, *Newsletter.UNDER_WAY)
    act_as(by)
    found.state, found.paused_because = State.CANCELLED, ""
    found.stopped_at = timezone.now() if somebody_has(found) else None
    found.save()
    if found.mailing_id:
        cancel_waiting(mailing=found.mailing_id, by=by)
    return found


def somebody_has(newsletter: Newsletter) -> bool:
    """Or may have it: of what is on the wire nobody knows yet."""
    states = (Mail.SENT, Mail.SENDING, Mail.UNCERTAIN)
    mails = OutgoingEmail.objects.filter(mailing=newsletter.mailing_id, state__in=states)
    return bool(newsletter.mailing_id) and mails.exists()


def pause_stopped() -> int:
    """What is under way about an article that nobody should be sent to by now; returns how many it paused."""
    return sum(_pause_stopped(found) for found in Newsletter.objects.filter(state=State.SENDING))


@transaction.atomic
def _pause_stopped(newsletter: Newsletter) -> bool:
    # Of what everybody has there is nothing to hold: paused, it would never be over.
    if not account_of(newsletter)["waiting"] or not newsletter.stops():
        return False
    logger.error("newsletter %s pauses: one of its articles was withdrawn, retracted or overturned", newsletter.pk)
    with suppress(ValidationError):
        pause(newsletter=newsletter, by=JOB, because=Because.ARTICLE)
    return True


def end_finished() -> int:
    """Says of each issue that is out that it is; returns how many. An account that does not balance is for staff."""
    return sum(_end(pk) for pk in list(Newsletter.objects.filter(state=State.SENDING).values_list("pk", flat=True)))


@transaction.atomic
def _end(pk: int) -> bool:
    found = Newsletter.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.SENDING).first()
    account = account_of(found) if found else None
    if not found or not account or account["waiting"]:
        return False
    if account.candidates != found.candidates:
        logger.error("newsletter %s: %s recipients, and an account of %s", pk, found.candidates, account.candidates)
        return False
    act_as(JOB)
    # Of an issue that went again, when everybody had their first: by it the archive dates it.
    found.state, found.sent_at = State.SENT, found.sent_at or timezone.now()
    found.save()
    return True


def heed_result(outgoing: OutgoingEmail) -> None:
    """A mail of an issue came back or was complained of: too many, and it pauses by itself."""
    newsletter = Newsletter.objects.filter(mailing=outgoing.mailing_id, state=State.SENDING).first()
    because = newsletter and too_many(newsletter)
    if newsletter and because:
        logger.error("newsletter %s pauses: %s", newsletter.pk, because)
        # Whoever moved it on at the same moment has seen to it, and the report is still to be written down.
        with suppress(ValidationError):
            pause(newsletter=newsletter, by=MACHINE, because=because)


def too_many(sending: Newsletter | Digest) -> str:
    """Why it should pause by itself; empty when it need not."""
    account = account_of(sending)
    if not account["waiting"]:
        # Everybody has it: there is nothing to hold, and it would never be over.
        return ""
    tried = account.candidates - account["waiting"] - account["cancelled"]
    events = MailEvent.objects.filter(outgoing__mailing=sending.mailing_id)
    if sending.resumed_at:
        # Somebody has looked at what was before that.
        events = events.filter(at__gt=sending.resumed_at)
    if _mails(events.hard_returns()) >= MOST_BOUNCED * max(tried, FEWEST_FOR_BOUNCES):
        return Because.BOUNCES
    complaints = events.filter(kind=MailEvent.Kind.COMPLAINED)
    return Because.COMPLAINTS if _mails(complaints) >= MOST_COMPLAINED * max(tried, FEWEST_FOR_COMPLAINTS) else ""


def _mails(events: QuerySet[MailEvent]) -> int:
    """A mail counts once, however many servers return it."""
    return events.order_by().values("outgoing").distinct().count()
