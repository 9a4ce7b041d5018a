"""The drain: claims due mails under a lease, sends each outside any transaction, writes what became of it."""

import logging
import smtplib
import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.core.mail import get_connection
from django.db import DatabaseError, transaction
from django.utils import timezone

from mailings import rules
from mailings.emails import kinds
from mailings.models import OutgoingEmail
from mailings.signals import email_cancelled, email_failed, email_sent

logger = logging.getLogger(__name__)

State = OutgoingEmail.State
BATCH = 25
LEASE = timedelta(seconds=45)
# A mail is not begun when so little of the lease is left: at 10 s a command it could outlive it.
RESERVE = timedelta(seconds=15)
# The server refuses us, not this person: trying the next mail would only be refused too.
REFUSES_US = (
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
    smtplib.SMTPSenderRefused,
)
# "Service not available, closing": whoever comes next on this connection would hear nothing.
SERVICE_CLOSING = 421
# The worst case of one mail on an open connection: MAIL, RCPT, DATA and its end, each at EMAIL_TIMEOUT.
ONE_MAIL = timedelta(seconds=60)


class ServerUnreachable(Exception):
    """The mail server did not take the connection or broke it; the other mails need not try now."""


def drain() -> bool:
    """Sends what one lease covers; True when more may be waiting."""
    if not OutgoingEmail.objects.due(timezone.now()).exists():
        return False
    connection = get_connection()
    try:
        # Before the claim: greeting, TLS and sign-in can take longer than a lease.
        return is_open(connection) and drain_one_lease(connection)
    finally:
        with suppress(Exception):  # a connection that is gone cannot be closed politely
            connection.close()


def is_open(connection: Any) -> bool:
    """Opens the connection. When that fails, one mail stands for all: it counts a try and keeps the reply for staff."""
    try:
        connection.open()
    except Exception as error:  # a password that cannot be encoded is as good as no connection
        for outgoing in claim(uuid.uuid4(), 1):
            outgoing.attempts += 1
            retry_or_fail(outgoing, f"no connection to the mail server: {type(error).__name__}: {error}")
        return False
    return True


def drain_one_lease(connection: Any) -> bool:
    lease_id = uuid.uuid4()
    claimed = claim(lease_id, BATCH)
    stops_at = timezone.now() + LEASE - RESERVE
    try:
        for outgoing in claimed:
            if timezone.now() > stops_at:
                break
            deliver(outgoing, connection)
    except ServerUnreachable:
        return False
    finally:
        hand_back(lease_id)
    return len(claimed) == BATCH


@transaction.atomic
def claim(lease_id: uuid.UUID, count: int) -> list[OutgoingEmail]:
    """Takes up to so many due mails; two workers never take the same one."""
    now = timezone.now()
    due = OutgoingEmail.objects.due(now).order_by("next_attempt_at", "pk").select_for_update(skip_locked=True)
    taken = list(due[:count])
    OutgoingEmail.objects.filter(pk__in=[outgoing.pk for outgoing in taken]).update(
        lease_id=lease_id, lease_until=now + LEASE
    )
    for outgoing in taken:
        outgoing.lease_id = lease_id
    return taken


def hand_back(lease_id: uuid.UUID) -> None:
    OutgoingEmail.objects.filter(lease_id=lease_id, state=State.QUEUED).update(lease_id=None, lease_until=None)


def deliver(outgoing: OutgoingEmail, connection: Any) -> None:
    if outgoing.attempts > len(rules.RETRY_AFTER):
        # Left on the wire each time: without an end, a mail that kills its worker would be sent for ever.
        return finish(outgoing, State.FAILED, outgoing.last_reply or "given up: every try was cut off")
    kind = kinds.get(outgoing.kind)
    if kind is None:
        outgoing.attempts += 1
        return retry_or_fail(outgoing, f"no room registered the kind {outgoing.kind}")
    reason = rules.suppressed(outgoing.email)
    if reason:
        return finish(outgoing, State.CANCELLED, str(reason.get_reason_display()))
    if not mark_sending(outgoing):
        return None
    try:
        message = kind.message(outgoing) if kind.still_wanted(outgoing) else None
    except DatabaseError:  # the fault is not this mail's; its lease runs out, and it is tried again
        raise
    except Exception as error:  # a mail that cannot be written must not hold up the ones behind it
        logger.exception("mail %s of kind %s cannot be written", outgoing.uuid, outgoing.kind)
        return retry_or_fail(outgoing, f"could not be written: {type(error).__name__}")
    if message is None:
        return finish(outgoing, State.CANCELLED, "no longer wanted")
    return send(outgoing, connection, message)


def mark_sending(outgoing: OutgoingEmail) -> bool:
    """Says, before the wire, that it may be on the wire; False when the lease was lost meanwhile."""
    mine = OutgoingEmail.objects.filter(
        pk=outgoing.pk, lease_id=outgoing.lease_id, state__in=[State.QUEUED, State.SENDING]
    )
    outgoing.attempts += 1
    return bool(mine.update(state=State.SENDING, attempts=outgoing.attempts, lease_until=timezone.now() + ONE_MAIL))


def send(outgoing: OutgoingEmail, connection: Any, message: Any) -> None:
    try:
        taken = connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()))
        after_refusal(outgoing, code, reply)
    except REFUSES_US as error:
        retry_or_fail(outgoing, f"the mail server refuses us: {error}")
        raise ServerUnreachable from error
    except smtplib.SMTPResponseException as error:
        after_refusal(outgoing, error.smtp_code, error.smtp_error)
    except (smtplib.SMTPException, OSError) as error:
        retry_or_fail(outgoing, f"no connection: {type(error).__name__}: {error}")
        raise ServerUnreachable from error
    except Exception as error:  # a mail that cannot be put on the wire must not hold up the ones behind it
        logger.exception("mail %s of kind %s cannot be sent", outgoing.uuid, outgoing.kind)
        retry_or_fail(outgoing, f"could not be sent: {type(error).__name__}")
    else:
        # Django counts a mail without recipients as none, and raises nothing.
        result = (State.SENT, "accepted by the mail server") if taken else (State.FAILED, "it has no recipient")
        finish(outgoing, *result)


def after_refusal(outgoing: OutgoingEmail, code: int, reply: bytes | str) -> None:
    """4xx is "not now", 5xx is "never"."""
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    if code >= 500:
        finish(outgoing, State.FAILED, f"{code} {words}")
    else:
        retry_or_fail(outgoing, f"{code} {words}")
    if code == SERVICE_CLOSING:
        raise ServerUnreachable


def retry_or_fail(outgoing: OutgoingEmail, reply: str) -> None:
    if outgoing.attempts > len(rules.RETRY_AFTER):
        return finish(outgoing, State.FAILED, reply)
    OutgoingEmail.objects.filter(pk=outgoing.pk, lease_id=outgoing.lease_id).update(
        state=State.QUEUED,
        attempts=outgoing.attempts,
        next_attempt_at=timezone.now() + rules.RETRY_AFTER[outgoing.attempts - 1],
        last_reply=storable(reply),
        lease_id=None,
        lease_until=None,
    )
    return None


def storable(reply: str) -> str:
    """What a mail server may say is anything; Postgres takes no NUL."""
    return reply.replace("\0", "")[:1000]


RESULT_SIGNALS = {State.SENT: email_sent, State.FAILED: email_failed, State.CANCELLED: email_cancelled}


@transaction.atomic
def finish(outgoing: OutgoingEmail, state: str, reply: str) -> None:
    """Writes the result, unless the lease has passed on; the rooms above hear of it in the same commit.

    A fault of theirs is logged and loses their line, never the result: a mail that is out must not go out again.
    """
    mine = OutgoingEmail.objects.filter(pk=outgoing.pk, lease_id=outgoing.lease_id)
    sent_at = timezone.now() if state == State.SENT else None
    if mine.update(state=state, last_reply=storable(reply), sent_at=sent_at, lease_id=None, lease_until=None):
        outgoing.refresh_from_db()
        try:
            with transaction.atomic():
                RESULT_SIGNALS[State(state)].send(sender=OutgoingEmail, outgoing=outgoing)
        except Exception:
            logger.exception("the result of mail %s could not be passed on", outgoing.uuid)
