"""The drain: claims due mails under a lease, sends each outside any transaction, writes what became of it."""

import logging
import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, transaction
from django.utils import timezone

from mailings import actions, rules, transport
from mailings.emails import kinds
from mailings.models import Channel, MailEvent, OutgoingEmail, Suppression, lock_address
from mailings.signals import email_bounced, email_cancelled, email_failed, email_sent
from mailings.transport import Outcome, Result

logger = logging.getLogger(__name__)

State = OutgoingEmail.State
Event = MailEvent.Kind
BATCH = 25
# MAIL, RCPT, DATA, its end and RSET, each at EMAIL_TIMEOUT, and one more for writing the mail.
COMMANDS_OF_ONE_MAIL = 6


def drain() -> bool:
    """Sends what one lease covers; True when more may be waiting."""
    now = timezone.now()
    if not OutgoingEmail.objects.due(now).exists() or not Channel.objects.now().is_open(now):
        return False
    connection = get_connection()
    try:
        # Before the claim: greeting, TLS and sign-in can take longer than a lease.
        trouble = transport.open_connection(connection)
        if trouble:
            actions.note_trouble(trouble.reply, trouble.reason)
            return False
        return drain_one_lease(connection)
    finally:
        with suppress(Exception):  # a connection that is gone cannot be closed politely
            connection.close()


def drain_one_lease(connection: Any) -> bool:
    lease_id = uuid.uuid4()
    claimed = claim(lease_id, BATCH)
    # A mail is not begun in the last third: it could outlive the lease.
    stops_at = timezone.now() + lease() * 2 / 3
    try:
        for outgoing in claimed:
            if timezone.now() > stops_at or not deliver(outgoing, connection):
                break
    finally:
        hand_back(lease_id)
    return bool(claimed)


def lease() -> timedelta:
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


@transaction.atomic
def claim(lease_id: uuid.UUID, count: int) -> list[OutgoingEmail]:
    """Takes up to so many due mails, packets before newsletters; two workers never take the same one."""
    now = timezone.now()
    due = OutgoingEmail.objects.due(now).order_by("priority", "next_attempt_at", "pk")
    taken = list(due.select_for_update(skip_locked=True)[:count])
    OutgoingEmail.objects.filter(pk__in=[outgoing.pk for outgoing in taken]).update(
        lease_id=lease_id, lease_until=now + lease()
    )
    for outgoing in taken:
        outgoing.lease_id = lease_id
    return taken


def hand_back(lease_id: uuid.UUID) -> None:
    mine = OutgoingEmail.objects.filter(lease_id=lease_id)
    mine.filter(state=State.QUEUED).update(lease_id=None, lease_until=None)
    # Found on the wire by this lease and not reached: the next one looks at once.
    mine.filter(state=State.SENDING).update(lease_id=None, lease_until=timezone.now())


def deliver(outgoing: OutgoingEmail, connection: Any) -> bool:
    """One mail from claim to result; False when the connection is of no more use."""
    kind = kinds.get(outgoing.kind)
    if outgoing.state == State.SENDING and not goes_again(outgoing):
        return True
    reason = rules.suppressed(outgoing.email)
    if reason and not (kind and kind.to_staff):
        finish(outgoing, State.CANCELLED, str(reason.get_reason_display()), forbidden=True)
        return True
    if not mark_sending(outgoing):
        return True
    if kind is None:
        retry_or_fail(outgoing, f"no room registered the kind {outgoing.kind}")
        return True
    try:
        message = kind.message(outgoing) if kind.still_wanted(outgoing) else None
    except DatabaseError:  # the fault is not this mail's; its lease runs out, and it is tried again
        raise
    except Exception as error:  # a mail that cannot be written must not hold up the ones behind it
        logger.exception("mail %s of kind %s cannot be written", outgoing.uuid, outgoing.kind)
        retry_or_fail(outgoing, f"could not be written: {type(error).__name__}")
        return True
    if message is None:
        finish(outgoing, State.CANCELLED, "no longer wanted")
        return True
    result = transport.send(connection, message)
    write_result(outgoing, result)
    return not result.ends_the_lease


def goes_again(outgoing: OutgoingEmail) -> bool:
    """Whoever had it died while it was on the wire. A packet goes again under its Message-ID; a newsletter does not."""
    kind = kinds.get(outgoing.kind)
    if kind and kind.bulk:
        finish(outgoing, State.UNCERTAIN, "its worker died while it was on its way")
        return False
    if outgoing.attempts > len(settings.MAIL_RETRY_SECONDS):
        # Without an end, a mail that kills its worker would be sent for ever.
        finish(outgoing, State.FAILED, outgoing.last_reply or "given up: every try was cut off")
        return False
    MailEvent.objects.create(
        outgoing=outgoing, kind=Event.INTERRUPTED, reply="its worker died while it was on its way; it goes again"
    )
    return True


def mark_sending(outgoing: OutgoingEmail) -> bool:
    """Says, before the wire, that it may be on the wire; False when the lease was lost meanwhile."""
    mine = OutgoingEmail.objects.filter(
        pk=outgoing.pk, lease_id=outgoing.lease_id, state__in=[State.QUEUED, State.SENDING]
    )
    outgoing.attempts += 1
    until = timezone.now() + timedelta(seconds=COMMANDS_OF_ONE_MAIL * settings.EMAIL_TIMEOUT)
    return bool(mine.update(state=State.SENDING, attempts=outgoing.attempts, lease_until=until))


def write_result(outgoing: OutgoingEmail, result: Result) -> None:
    match result.outcome:
        case Outcome.ACCEPTED:
            finish(outgoing, State.SENT, result.reply, provider_message_id=result.provider_message_id)
            actions.note_success()
        case Outcome.NO_SUCH_ADDRESS | Outcome.REFUSED:
            refuse(outgoing, result)
        case Outcome.UNKNOWN:
            cut_off(outgoing, result)
        case Outcome.BLOCKED:
            # Not this mail's fault: it waits for the channel, and the try does not count.
            put_back(outgoing, result.reply, result.status, wait=timedelta(0), attempts=outgoing.attempts - 1)
        case _:
            retry_or_fail(outgoing, result.reply, result.status)
    if result.ends_the_lease:
        actions.note_trouble(result.reply, result.reason)


@transaction.atomic
def refuse(outgoing: OutgoingEmail, result: Result) -> None:
    lock_address(outgoing.email)
    kind = kinds.get(outgoing.kind)
    if result.outcome == Outcome.NO_SUCH_ADDRESS and not (kind and kind.to_staff):
        actions.write_off(address=outgoing.email, reason=Suppression.Reason.HARD_BOUNCE)
    finish(outgoing, State.FAILED, result.reply, result.status)
    if result.status.startswith("5.7") and actions.is_refused_for_policy():
        actions.note_trouble(result.reply, Channel.Reason.POLICY)


def cut_off(outgoing: OutgoingEmail, result: Result) -> None:
    kind = kinds.get(outgoing.kind)
    reply = f"the connection went before the server's answer, so it may have arrived: {result.reply}"
    if kind and kind.bulk:
        finish(outgoing, State.UNCERTAIN, reply)
    else:
        retry_or_fail(outgoing, reply, event=Event.INTERRUPTED)


def retry_or_fail(
    outgoing: OutgoingEmail, reply: str, status: str = "", event: MailEvent.Kind = Event.DEFERRED
) -> None:
    ladder = settings.MAIL_RETRY_SECONDS
    if outgoing.attempts > len(ladder):
        finish(outgoing, State.FAILED, reply, status)
    else:
        put_back(outgoing, reply, status, wait=timedelta(seconds=ladder[outgoing.attempts - 1]), event=event)


@transaction.atomic
def put_back(
    outgoing: OutgoingEmail,
    reply: str,
    status: str = "",
    *,
    wait: timedelta,
    attempts: int | None = None,
    event: MailEvent.Kind = Event.DEFERRED,
) -> None:
    mine = OutgoingEmail.objects.filter(pk=outgoing.pk, lease_id=outgoing.lease_id)
    if mine.update(
        state=State.QUEUED,
        attempts=outgoing.attempts if attempts is None else attempts,
        next_attempt_at=timezone.now() + wait,
        last_reply=storable(reply),
        lease_id=None,
        lease_until=None,
    ):
        MailEvent.objects.create(outgoing=outgoing, kind=event, reply=storable(reply), status=status)


def storable(reply: str) -> str:
    """What a mail server may say is anything; Postgres takes no NUL."""
    return reply.replace("\0", "")[:1000]


EVENT_OF = {
    State.SENT: Event.SENT,
    State.FAILED: Event.FAILED,
    State.CANCELLED: Event.CANCELLED,
    State.UNCERTAIN: Event.INTERRUPTED,
}
RESULT_SIGNALS = {State.SENT: email_sent, State.FAILED: email_failed, State.CANCELLED: email_cancelled}


@transaction.atomic
def finish(outgoing: OutgoingEmail, state: State, reply: str, status: str = "", **fields: Any) -> None:
    """Writes the result, unless the lease has passed on; the rooms above hear of it in the same commit."""
    mine = OutgoingEmail.objects.filter(pk=outgoing.pk, lease_id=outgoing.lease_id)
    sent_at = timezone.now() if state == State.SENT else None
    reply = storable(reply)
    if mine.update(state=state, last_reply=reply, sent_at=sent_at, lease_id=None, lease_until=None, **fields):
        MailEvent.objects.create(outgoing=outgoing, kind=EVENT_OF[state], reply=reply, status=status)
        outgoing.refresh_from_db()
        tell(RESULT_SIGNALS.get(state), outgoing)
        if state == State.SENT:
            note_early_bounce(outgoing)


def note_early_bounce(outgoing: OutgoingEmail) -> None:
    """A provider can report a bounce before we have written that the mail is out."""
    bounce = outgoing.events.filter(kind=Event.BOUNCED).first()
    if bounce:
        OutgoingEmail.objects.filter(pk=outgoing.pk).update(state=State.BOUNCED, last_reply=bounce.reply)
        outgoing.refresh_from_db()
        tell(email_bounced, outgoing)


def tell(signal: Any, outgoing: OutgoingEmail) -> None:
    """A fault of the rooms above loses their line, never the result: what is out must not go out again."""
    try:
        with transaction.atomic():
            if signal:
                signal.send(sender=OutgoingEmail, outgoing=outgoing)
    except Exception:
        logger.exception("the result of mail %s could not be passed on", outgoing.uuid)
