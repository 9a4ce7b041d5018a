"""The drain: claims due mails under a lease and sends each outside any transaction."""

import logging
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django import db
from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from foundation.outage import OUTAGES, one_request
from foundation.rows import undone_alone
from mailings import actions, transport
from mailings.emails import kinds, written
from mailings.models import Channel, OutgoingEmail, Why
from mailings.models.outbox import OutgoingEmailQuerySet
from mailings.models.providers import provider_of
from mailings.pace import Lookout, wait_for_turn
from mailings.results import finish, mine, note_unanswered, retry_or_fail, write_result
from mailings.transport import Result
from mailings.tries import Begun, begin

logger = logging.getLogger(__name__)

State = OutgoingEmail.State
BATCH = 50
# MAIL, RCPT, DATA, its end and RSET, each at EMAIL_TIMEOUT, and one to spare.
COMMANDS_OF_ONE_MAIL = 6
# For a database that is away. Nobody else can take the mail meanwhile, and CELERY_TASK_TIME_LIMIT is the end of it.
SECONDS_TO_WRITE = 90
SECONDS_BETWEEN_WRITES = 0.5


def drain(is_over: Callable[[], bool] = lambda: False) -> bool:
    """Sends what one lease covers; True when more may be waiting. is_over: whether to end after the mail in hand."""
    now = timezone.now()
    if not due(now).exists() or not Channel.objects.now().is_open(now):
        return False
    connection = get_connection()
    try:
        # Before the claim: greeting, TLS and sign-in can take longer than a lease.
        trouble = transport.open_connection(connection)
        if trouble:
            actions.note_trouble(trouble.reply, trouble.reason)
            return False
        return drain_one_lease(connection, is_over)
    finally:
        with suppress(Exception):  # a connection that is gone cannot be closed politely
            connection.close()


def due(now: datetime) -> OutgoingEmailQuerySet:
    return OutgoingEmail.objects.due(now).flowing()


def drain_one_lease(connection: Any, is_over: Callable[[], bool] = lambda: False) -> bool:
    lease_id = uuid.uuid4()
    claimed = claim(lease_id, BATCH)
    # A mail is not begun in the last third: it could outlive the lease.
    stops_at = timezone.now() + lease() * 2 / 3
    try:
        # Name and hours of the clinic are read once for all of them.
        with one_request():
            lookout = Lookout()
            for outgoing in claimed:
                if is_over() or timezone.now() > stops_at or lookout.sees_something_before(outgoing):
                    break
                if not lookout.has_turn(outgoing):
                    continue
                if not (may_go(outgoing) and deliver(outgoing, connection)):
                    break
    finally:
        hand_back(lease_id)
    return bool(claimed)


def may_go(outgoing: OutgoingEmail) -> bool:
    """To many: at its turn."""
    return not outgoing.is_to_many or wait_for_turn()


def lease() -> timedelta:
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


@transaction.atomic
def claim(lease_id: uuid.UUID, count: int) -> list[OutgoingEmail]:
    """Takes up to so many due mails, packets before newsletters; two workers never take the same one."""
    now = timezone.now()
    first = due(now).order_by("priority", "next_attempt_at", "pk")
    taken = list(first.select_for_update(skip_locked=True)[:count])
    OutgoingEmail.objects.filter(pk__in=[outgoing.pk for outgoing in taken]).update(
        lease_id=lease_id, lease_until=now + lease()
    )
    for outgoing in taken:
        outgoing.lease_id = lease_id
    return taken


def hand_back(lease_id: uuid.UUID) -> None:
    held = OutgoingEmail.objects.filter(lease_id=lease_id)
    # Found on the wire by this lease and not reached: the next one looks at once.
    on_the_wire = When(state=State.SENDING, then=Value(timezone.now()))
    held.filter(state__in=[State.QUEUED, State.SENDING]).update(lease_id=None, lease_until=Case(on_the_wire))


def deliver(outgoing: OutgoingEmail, connection: Any) -> bool:
    """One mail from claim to result; False when the connection is of no more use, or everything stands still."""
    if outgoing.state == State.SENDING:
        # Whoever had it died before the answer. It goes again by the next claim, if it does.
        note_unanswered(outgoing, why=Why.WORKER_DIED, wait=timedelta(0))
        return True
    begun = begin(outgoing)
    if not begun:
        return leave(outgoing, begun)
    message = write(outgoing)
    if not (message and mark_sending(outgoing)):
        return True
    result = transport.send(connection, message)
    write_surely(outgoing, result)
    return not result.ends_the_lease


def leave(outgoing: OutgoingEmail, begun: Begun) -> bool:
    """What was not tried: it waits, or is over; False when nothing goes out at all."""
    if actions.EVERYTHING in begun.standing_still:
        return False
    if provider_of(outgoing.email) in begun.standing_still:
        return True
    if begun.why:
        finish(outgoing, State.CANCELLED, why=begun.why, forbidden=True)
    elif outgoing.attempts > len(settings.MAIL_RETRY_SECONDS):
        # Each ended its worker: without an end, it would do so for ever.
        finish(outgoing, State.FAILED, outgoing.last_reply, why=Why.EACH_CUT_OFF)
    return True


def write(outgoing: OutgoingEmail) -> Any:
    """The mail itself, or None when there is none to send, which is then written down."""
    kind = kinds.get(outgoing.kind)
    if kind is None:
        return retry_or_fail(outgoing, why=Why.UNKNOWN_KIND)
    try:
        with undone_alone():
            message = written(outgoing) if kind.still_wanted(outgoing) else None
    except Exception as error:  # a mail that cannot be written must not hold up the ones behind it
        if isinstance(error, OUTAGES) and not db.connection.is_usable():
            raise
        logger.exception("mail %s of kind %s cannot be written", outgoing.uuid, outgoing.kind)
        return retry_or_fail(outgoing, type(error).__name__, why=Why.NOT_WRITTEN)
    if message is None:
        finish(outgoing, State.CANCELLED, why=Why.NO_LONGER_WANTED)
    return message


def mark_sending(outgoing: OutgoingEmail) -> bool:
    """Says, right before the wire, that it may be on the wire; False when the lease was lost meanwhile."""
    until = timezone.now() + one_mail()
    return bool(mine(outgoing).filter(state=State.QUEUED).update(state=State.SENDING, lease_until=until))


def one_mail() -> timedelta:
    """The longest that one mail may be on the wire."""
    return timedelta(seconds=COMMANDS_OF_ONE_MAIL * settings.EMAIL_TIMEOUT)


def write_surely(outgoing: OutgoingEmail, result: Result) -> None:
    """Only we know the answer: a database that restarts must not cost the person a second copy."""
    gives_up_at = time.monotonic() + SECONDS_TO_WRITE
    while True:
        try:
            return write_result(outgoing, result)
        except OUTAGES:
            if time.monotonic() > gives_up_at:
                raise
            db.connection.close()
            time.sleep(SECONDS_BETWEEN_WRITES)
