"""What became of a mail, written under the fence of its lease: result, ledger and signal in one commit."""

import logging
from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from typing import Any

from django import db
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from foundation.actors import MACHINE
from foundation.addresses import lock_address
from foundation.outage import OUTAGES
from mailings import actions
from mailings.models import MailEvent, Meaning, OutgoingEmail, Why
from mailings.models.meaning import ABOUT_THE_ADDRESS, ABOUT_US
from mailings.pace import slow_down
from mailings.rules import storable
from mailings.signals import email_bounced, email_cancelled, email_failed, email_sent, email_uncertain
from mailings.transport import Outcome, Result

logger = logging.getLogger(__name__)

State = OutgoingEmail.State
Event = MailEvent.Kind
NOT_SO_MUCH = ("421", "450", "451")
ABOUT_ONE_MAILBOX = (*ABOUT_THE_ADDRESS, Meaning.FULL, Meaning.SWITCHED_OFF, Meaning.DECLINED, Meaning.TOO_LARGE)
# Sent again after one lost answer, never after two: more would look like spam to who already has it.
MOST_COPIES = 2


def mine(outgoing: OutgoingEmail) -> Any:
    """The fence: its row, as long as the lease has not passed on."""
    return OutgoingEmail.objects.filter(pk=outgoing.pk, lease_id=outgoing.lease_id)


def write_result(outgoing: OutgoingEmail, result: Result) -> None:
    if result.outcome == Outcome.ACCEPTED:
        return finish_sent(outgoing, result.provider_message_id)
    _write_what_it_says_of_the_mail(outgoing, result)
    if result.ends_the_lease:
        actions.note_trouble(result.reply, result.reason)
    elif result.outcome != Outcome.UNSENDABLE:
        # Even a refusal is an answer.
        actions.note_success()
    return None


def _write_what_it_says_of_the_mail(outgoing: OutgoingEmail, result: Result) -> None:
    match result.outcome:
        case Outcome.NO_SUCH_ADDRESS | Outcome.REFUSED:
            refuse(outgoing, result)
        case Outcome.UNKNOWN:
            note_unanswered(outgoing, result.reply, wait=next_rung(outgoing), why=result.why or Why.MAY_HAVE_ARRIVED)
        case Outcome.BLOCKED:
            # Not this mail's fault: it waits for the channel, and the try does not count.
            put_back(outgoing, result.reply, result.status, wait=timedelta(0), attempts=outgoing.attempts - 1)
        case _:
            retry_or_fail(outgoing, result.reply, result.status, why=result.why, meaning=result.meaning)
            if outgoing.is_to_many and says_not_so_much(result):
                slow_down(outgoing.email)


def says_not_so_much(result: Result) -> bool:
    """A provider for whom we are too fast, or one that does not know us yet; a full mailbox is one person's."""
    return result.reply[:3] in NOT_SO_MUCH and result.meaning not in ABOUT_ONE_MAILBOX


def finish_sent(outgoing: OutgoingEmail, provider_message_id: str = "") -> None:
    """What nearly every mail comes to. A fault of the rooms above loses their line, never the result."""
    # Of an issue, the rooms above count the mails and hear of none that went well.
    then = tell_nobody if outgoing.mailing_id else tell
    try:
        _write_sent(outgoing, provider_message_id, then)
    except Exception as error:
        # Written again for as long as it fails, while the connection is sound, it would outlast the lease.
        if isinstance(error, OUTAGES) and not db.connection.is_usable():
            raise
        logger.exception("the result of mail %s could not be passed on", outgoing.uuid)
        _write_sent(outgoing, provider_message_id, tell_nobody)


@transaction.atomic
def _write_sent(outgoing: OutgoingEmail, provider_message_id: str, then: Callable[[Any, OutgoingEmail], None]) -> None:
    now = timezone.now()
    with db.connection.cursor() as cursor:
        values = [outgoing.pk, outgoing.lease_id, outgoing.email, provider_message_id, now]
        cursor.execute("SELECT write_sent(%s, %s, %s, %s, %s)", values)
        [said] = cursor.fetchone()
    if said == "lost" and _is_held_again(outgoing):
        _write_sent(outgoing, provider_message_id, then)
    if said == "lost":
        return
    # Another instance: ours keeps its lease, by which this is written again if the commit fails.
    written = as_sent(outgoing, now)
    then(email_sent, written)
    if said == "bounced":
        note_early_bounce(written)


def _is_held_again(outgoing: OutgoingEmail) -> bool:
    """The database was away for longer than its lease, and whoever found it on the wire took us for dead.

    As long as nobody has begun it anew, which counts a try, the answer that we have is worth more than that doubt.
    """
    doubted = Q(state__in=[State.QUEUED, State.UNCERTAIN], unanswered=outgoing.unanswered + 1)
    taken = Q(state=State.SENDING, unanswered=outgoing.unanswered)
    same_try = OutgoingEmail.objects.filter(doubted | taken, pk=outgoing.pk, attempts=outgoing.attempts)
    held = {"state": State.SENDING, "lease_id": outgoing.lease_id, "lease_until": timezone.now()}
    return bool(same_try.exclude(lease_id=outgoing.lease_id).update(**held))


def as_sent(outgoing: OutgoingEmail, at: datetime) -> OutgoingEmail:
    written = copy(outgoing)
    written.state, written.sent_at, written.last_reply, written.why = State.SENT, at, "", ""
    written.lease_id = written.lease_until = None
    return written


@transaction.atomic
def refuse(outgoing: OutgoingEmail, result: Result) -> None:
    lock_address(outgoing.email)
    event = finish(outgoing, State.FAILED, result.reply, result.status, why=result.why, meaning=result.meaning)
    if event and not outgoing.is_to_staff:
        actions.heed_return(address=outgoing.email, event=event, is_dead=result.outcome == Outcome.NO_SUCH_ADDRESS)
    if result.meaning in ABOUT_US:
        actions.heed_refusal(address=outgoing.email, reply=result.reply)


def note_unanswered(
    outgoing: OutgoingEmail, reply: str = "", *, wait: timedelta, why: str = Why.MAY_HAVE_ARRIVED
) -> None:
    """It may have arrived. Once more under the same Message-ID, and a newsletter not even that; then staff decide."""
    unanswered = outgoing.unanswered + 1
    if reports_since_requeued(outgoing).exists():
        finish(outgoing, State.SENT, why=Why.REPORTED_FIRST, unanswered=unanswered)
    elif unanswered >= (1 if outgoing.is_to_many else MOST_COPIES):
        finish(outgoing, State.UNCERTAIN, reply, why=why, unanswered=unanswered)
    else:
        put_back(outgoing, reply, why=why, wait=wait, event=Event.INTERRUPTED, unanswered=unanswered)


def reports_since_requeued(outgoing: OutgoingEmail) -> Any:
    """What providers said of this sending: a bounce that staff have answered by sending again is of an earlier one."""
    requeued = outgoing.events.filter(kind=Event.REQUEUED).order_by("-pk").values_list("pk", flat=True).first() or 0
    return outgoing.events.filter(kind__in=[Event.DELIVERED, Event.BOUNCED], pk__gt=requeued)


def retry_or_fail(
    outgoing: OutgoingEmail, reply: str = "", status: str = "", *, why: str = "", meaning: str = ""
) -> None:
    if outgoing.attempts > len(settings.MAIL_RETRY_SECONDS):
        finish(outgoing, State.FAILED, reply, status, why=why, meaning=meaning)
    else:
        put_back(outgoing, reply, status, why=why, meaning=meaning, wait=next_rung(outgoing))


def next_rung(outgoing: OutgoingEmail) -> timedelta:
    ladder = settings.MAIL_RETRY_SECONDS
    return timedelta(seconds=ladder[min(outgoing.attempts, len(ladder)) - 1])


@transaction.atomic
def put_back(
    outgoing: OutgoingEmail,
    reply: str = "",
    status: str = "",
    *,
    wait: timedelta,
    why: str = "",
    meaning: str = "",
    event: MailEvent.Kind = Event.DEFERRED,
    **fields: Any,
) -> None:
    """Back into the queue, unless the lease has passed on."""
    reply = storable(reply)
    if mine(outgoing).update(
        state=State.QUEUED,
        next_attempt_at=timezone.now() + wait,
        last_reply=reply,
        why=why,
        lease_id=None,
        lease_until=None,
        **fields,
    ):
        MailEvent.objects.create(outgoing=outgoing, kind=event, reply=reply, status=status, why=why, meaning=meaning)


EVENT_OF = {
    State.SENT: Event.SENT,
    State.FAILED: Event.FAILED,
    State.CANCELLED: Event.CANCELLED,
    State.UNCERTAIN: Event.UNCERTAIN,
}
RESULT_SIGNALS = {
    State.SENT: email_sent,
    State.FAILED: email_failed,
    State.CANCELLED: email_cancelled,
    State.UNCERTAIN: email_uncertain,
}


@transaction.atomic
def finish(
    outgoing: OutgoingEmail,
    state: State,
    reply: str = "",
    status: str = "",
    *,
    why: str = "",
    meaning: str = "",
    **fields: Any,
) -> MailEvent | None:
    """Writes the result, unless the lease has passed on; the rooms above hear of it in the same commit."""
    # Before its row: whoever erases the person, or stops their mail, has their lead and waits for this row.
    lock_address(outgoing.email)
    sent_at = timezone.now() if state == State.SENT else None
    reply = storable(reply)
    said = {"last_reply": reply, "why": why}
    if not mine(outgoing).update(state=state, sent_at=sent_at, lease_id=None, lease_until=None, **said, **fields):
        return None
    event = MailEvent.objects.create(
        outgoing=outgoing, kind=EVENT_OF[state], reply=reply, status=status, why=why, meaning=meaning
    )
    # Another instance: ours keeps its lease, by which this is written again if the commit fails.
    written = OutgoingEmail.objects.get(pk=outgoing.pk)
    tell_apart(RESULT_SIGNALS[state], written)
    if state == State.SENT:
        note_early_bounce(written)
    return event


def note_early_bounce(outgoing: OutgoingEmail) -> None:
    """A provider can report a bounce before we have written that the mail is out."""
    bounce = reports_since_requeued(outgoing).filter(kind=Event.BOUNCED).first()
    if bounce:
        OutgoingEmail.objects.filter(pk=outgoing.pk).update(state=State.BOUNCED, last_reply=bounce.reply, why="")
        outgoing.refresh_from_db()
        tell_apart(email_bounced, outgoing)


def tell(signal: Any, outgoing: OutgoingEmail) -> None:
    signal.send(sender=OutgoingEmail, outgoing=outgoing, by=MACHINE)


def tell_nobody(signal: Any, outgoing: OutgoingEmail) -> None:
    pass


def tell_apart(signal: Any, outgoing: OutgoingEmail) -> None:
    """A fault of the rooms above loses their line, never the result: what is out must not go out again."""
    try:
        with transaction.atomic():
            tell(signal, outgoing)
    except Exception as error:
        if isinstance(error, OUTAGES) and not db.connection.is_usable():
            # Swallowed here, it would roll back the result in silence; raised, it is written again.
            raise
        logger.exception("the result of mail %s could not be passed on", outgoing.uuid)
