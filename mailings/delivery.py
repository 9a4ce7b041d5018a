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
from django.utils import timezone

from foundation.outage import OUTAGES, one_request
from foundation.rows import undone_alone
from mailings import actions, transport
from mailings.emails import Alike, Copies, kinds, written
from mailings.letters import Copy
from mailings.models import Channel, OutgoingEmail, Why
from mailings.models.outbox import OutgoingEmailQuerySet
from mailings.models.providers import provider_of
from mailings.pace import Lookout, is_limited, somebody_waits, wait_for_turn
from mailings.results import finish, note_unanswered, retry_or_fail, write_result
from mailings.rules import stopped_elsewhere
from mailings.signals import database_restored
from mailings.transport import Outcome, Result
from mailings.tries import Begun, Out, begin, begin_next, still_goes, take_next
from mailings.trips import goes_along

logger = logging.getLogger(__name__)

State = OutgoingEmail.State
BATCH = 50
# Among newsletters: one takes a fraction of what a packet does, and all of a batch but the first go the short way. The
# more they are, the fewer go the long one, and what is read of a batch at once is read less often.
BATCH_OF_MANY = 500
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
        return Sitting(connection, is_over).send_all()
    finally:
        with suppress(Exception):  # a connection that is gone cannot be closed politely
            connection.close()


def due(now: datetime) -> OutgoingEmailQuerySet:
    return OutgoingEmail.objects.due(now).flowing()


class Sitting:
    """One worker at one connection to the mail server: takes a lease, and among newsletters one after the other."""

    def __init__(self, connection: Any, is_over: Callable[[], bool]) -> None:
        self.connection, self.is_over = connection, is_over
        # A mail is not begun in the last third: it could outlive the lease.
        self.stops_at = timezone.now() + lease() * 2 / 3
        self.lookout = Lookout()
        self.is_of_use = True
        self.is_among_many = False
        # All that may go goes by others: whoever came back at once would sign in at the mail server for nothing.
        self.is_shut_out = False
        # The mail server may still take the mail, at whatever moment.
        self.is_unanswered = False
        self.prepared: set[int] = set()
        # A provider's web interface is told of a mail in words, not in bytes.
        self.copies = Copies() if transport.takes_bytes(connection) else None
        # What was written of the next mail while the server read the one before.
        self.ahead: dict[int, Copy] = {}
        # To whom nothing that goes to many may go, for what their person said at another address; once for a lease.
        self.stopped: set[str] | None = None
        # Its result is written in one trip with the beginning of the next.
        self.out: Out | None = None

    def send_all(self) -> bool:
        """True when more may be waiting."""
        # Name and hours of the clinic are read once for all of them.
        with one_request():
            found = self.take_lease(BATCH)
            while found and self.is_among_many and self.is_of_use and not self.has_to_go():
                found = self.take_lease(BATCH_OF_MANY)
        return found and not self.is_shut_out

    def take_lease(self, count: int) -> bool:
        lease_id, self.is_among_many = uuid.uuid4(), False
        # Of the lease before, which may have handed back what is taken anew now, as rows that know nothing of it.
        self.prepared, self.ahead, self.stopped = set(), {}, None
        claimed = claim(lease_id, count)
        try:
            self.go_through(claimed)
        finally:
            try:
                self.write_down()
            finally:
                hand_back(lease_id, claimed)
        return bool(claimed)

    def go_through(self, claimed: list[OutgoingEmail]) -> None:
        for number, outgoing in enumerate(claimed):
            if self.has_to_go() or self.lookout.sees_something_before(outgoing):
                return
            if self.is_stopped(outgoing, claimed[number:]):
                self.write_down()
                finish(outgoing, State.CANCELLED, why=Why.ASKED_TO_STOP, forbidden=True)
            elif self.would_use_a_turn(outgoing) and not still_goes(outgoing):
                self.write_down()
                self.is_of_use = deliver(outgoing)
            elif not self.lookout.has_turn(outgoing):
                continue
            elif not outgoing.is_to_many:
                self.is_of_use = self.deliver(outgoing, claimed[number:])
            elif not self.deliver_in_turn(outgoing, claimed[number:]):
                return
            if not self.is_of_use:
                return

    def deliver_in_turn(self, outgoing: OutgoingEmail, rest: list[OutgoingEmail]) -> bool:
        """False: its turn is not soon."""
        turn = wait_for_turn(one_mail(), meanwhile=self.write_down, gives_way=somebody_waits)
        if not turn:
            self.is_shut_out = not somebody_waits()
            return False
        self.is_unanswered = False
        try:
            self.is_of_use = self.deliver(outgoing, rest)
        finally:
            if not self.is_unanswered:
                turn.end()
        return True

    def is_stopped(self, outgoing: OutgoingEmail, rest: list[OutgoingEmail]) -> bool:
        """Since the mail was queued they may have asked us to stop, or have turned out to be one with who did."""
        if not outgoing.is_to_many or outgoing.state != State.QUEUED:
            return False
        if self.stopped is None:
            self.stopped = stopped_elsewhere([mail.email for mail in rest])
        return outgoing.email in self.stopped

    def would_use_a_turn(self, outgoing: OutgoingEmail) -> bool:
        """Of which there are only so many in a second or a day; with none to save, nothing is asked twice."""
        return outgoing.is_to_many and (is_limited() or bool(self.lookout.slow))

    def has_to_go(self) -> bool:
        return self.is_over() or self.is_shut_out or timezone.now() > self.stops_at

    def deliver(self, outgoing: OutgoingEmail, rest: list[OutgoingEmail]) -> bool:
        """The first of its kind goes the long way, so that whatever ends a worker is counted as a try of it."""
        kind = kinds.get(outgoing.kind)
        if kind and kind.alike and self.is_among_many and outgoing.state == State.QUEUED:
            return self.deliver_alike(outgoing, kind.alike, rest)
        self.is_among_many = bool(kind and kind.alike)
        if outgoing.state == State.SENDING:
            self.write_down()
        return deliver(outgoing, self.connection, self)

    def begin(self, outgoing: OutgoingEmail) -> Begun:
        if self.out is None or not goes_along(self.out.outgoing):
            # A newsletter's, say: its own way takes along another newsletter only.
            self.write_down()
            return begin(outgoing)
        out, self.out = self.out, None
        try:
            said, begun = begin_next(outgoing, out)
        except Exception:  # a fault in either mail, or an outage: each alone meets it again, and says so
            write_surely(out.outgoing, Result(Outcome.ACCEPTED))
            return begin(outgoing)
        if said != "sent":
            # What only we know, whoever took us for dead meanwhile; and with a report, what follows from it.
            write_surely(out.outgoing, Result(Outcome.ACCEPTED))
        return begun

    def send(self, message: Any) -> Result:
        self.is_unanswered = True
        result = transport.send(self.connection, message)
        self.is_unanswered = result.outcome == Outcome.UNKNOWN
        return result

    def keep(self, outgoing: OutgoingEmail, result: Result) -> None:
        if result.outcome == Outcome.ACCEPTED and not result.provider_message_id and goes_along(outgoing):
            self.out = Out(outgoing, timezone.now())
        else:
            write_surely(outgoing, result)

    def deliver_alike(self, outgoing: OutgoingEmail, alike: Alike, rest: list[OutgoingEmail]) -> bool:
        message = self.written(outgoing, alike, rest)
        if message is None or not self.take(outgoing):
            # Which says why not. What was prepared may be what stood in the way.
            if alike.as_prepared(outgoing):
                self.prepared.clear()
            self.write_down()
            return deliver(outgoing, self.connection, self)
        if self.copies:
            self.connection.meanwhile = lambda: self.write_ahead(alike, rest[1:2])
        result = self.send(message)
        if result.outcome == Outcome.ACCEPTED and not result.provider_message_id:
            self.out = Out(outgoing, timezone.now())
        else:
            write_surely(outgoing, result)
        return not result.ends_the_lease

    def written(self, outgoing: OutgoingEmail, alike: Alike, rest: list[OutgoingEmail]) -> Any:
        """None for one that cannot be written."""
        try:
            if outgoing.pk not in self.prepared:
                mails = [mail for mail in rest if mail.kind == outgoing.kind]
                alike.prepare(mails)
                self.prepared = {mail.pk for mail in mails}
            elif outgoing.pk in self.ahead:
                return self.ahead.pop(outgoing.pk)
            return self.copies.written(outgoing, alike) if self.copies else written(outgoing)
        except Exception:  # the long way meets it again, and writes it down
            return None

    def write_ahead(self, alike: Alike, after: list[OutgoingEmail]) -> None:
        """In time that is nobody's. Whether the mail may go is asked when its turn comes, as ever."""
        self.ahead.clear()
        with suppress(Exception):  # its turn meets it again
            for outgoing in after:
                if not (self.copies and outgoing.pk in self.prepared):
                    continue
                if copied := self.copies.copied(outgoing, alike):
                    self.ahead[outgoing.pk] = copied

    def take(self, outgoing: OutgoingEmail) -> bool:
        """Writes down the mail before, and that this one may be on the wire; False when it may not."""
        said, is_taken = take_next(outgoing, self.out, timezone.now() + one_mail())
        if said in ("reported", "lost"):
            # What only we know, whoever took us for dead meanwhile.
            self.write_down()
        if said == "reported":
            _said, is_taken = take_next(outgoing, None, timezone.now() + one_mail())
        self.out = None
        return is_taken

    def write_down(self) -> None:
        out, self.out = self.out, None
        if out:
            write_surely(out.outgoing, Result(Outcome.ACCEPTED))


def lease() -> timedelta:
    return timedelta(seconds=settings.MAIL_LEASE_SECONDS)


@transaction.atomic
def claim(lease_id: uuid.UUID, count: int) -> list[OutgoingEmail]:
    """Takes up to so many due mails, packets before newsletters; two workers never take the same one."""
    now = timezone.now()
    # In the order of the index, which has all of an issue at one moment: to sort them would be to read them all.
    first = due(now).order_by("priority", "next_attempt_at")
    taken = list(first.select_for_update(skip_locked=True)[:count])
    if taken and not taken[0].is_to_many:
        # They came while this worker was among newsletters; a packet takes long, and others have hands free.
        taken = taken[:BATCH]
    with db.connection.cursor() as cursor:
        cursor.execute(LEASE, [lease_id, now + lease(), [outgoing.pk for outgoing in taken]])
    for outgoing in taken:
        outgoing.lease_id = lease_id
    return taken


# As one list of numbers: Django writes each as a value of its own.
LEASE = "UPDATE mailings_outgoingemail SET lease_id = %s, lease_until = %s WHERE id = ANY(%s)"


def hand_back(lease_id: uuid.UUID, claimed: list[OutgoingEmail]) -> None:
    with db.connection.cursor() as cursor:
        # By their numbers: no index knows a lease.
        cursor.execute(HAND_BACK, [timezone.now(), [outgoing.pk for outgoing in claimed], lease_id])


# Found on the wire by this lease and not reached: the next one looks at once. What is over has no lease.
HAND_BACK = """
UPDATE mailings_outgoingemail SET lease_id = NULL, lease_until = CASE WHEN state = 'sending' THEN %s END
WHERE id = ANY(%s) AND lease_id = %s
"""


def doubt_what_waits() -> int:
    """In a database that was restored: each may have gone out since its backup was made, so staff decide of it.

    Call it while no worker runs; of what one has in hand, the result would be lost.
    """
    waiting = OutgoingEmail.objects.waiting().order_by("pk").values_list("pk", flat=True)
    doubted = sum(doubt(pk) for pk in list(waiting))
    database_restored.send(sender=OutgoingEmail)
    return doubted


def doubt(pk: int) -> bool:
    lease_id = uuid.uuid4()
    here = OutgoingEmail.objects.waiting().filter(pk=pk)
    if not here.update(lease_id=lease_id, lease_until=timezone.now() + lease()):
        return False
    finish(OutgoingEmail.objects.get(pk=pk), State.UNCERTAIN, why=Why.MAY_HAVE_ARRIVED)
    return True


def deliver(outgoing: OutgoingEmail, connection: Any = None, sitting: Sitting | None = None) -> bool:
    """One mail from claim to result; False when the connection is of no more use, or everything stands still.

    Without a connection it goes nowhere, and what stands in its way is written down.
    sitting: which may write the result in one trip with the beginning of the next.
    """
    if outgoing.state == State.SENDING:
        # Whoever had it died before the answer. It goes again by the next claim, if it does.
        note_unanswered(outgoing, why=Why.WORKER_DIED, wait=timedelta(0))
        return True
    begun = sitting.begin(outgoing) if sitting else begin(outgoing)
    if not begun:
        return leave(outgoing, begun)
    message = write(outgoing)
    if connection is None or not (message and mark_sending(outgoing)):
        return True
    result = sitting.send(message) if sitting else transport.send(connection, message)
    sitting.keep(outgoing, result) if sitting else write_surely(outgoing, result)
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
    with db.connection.cursor() as cursor:
        cursor.execute(MARK_SENDING, [timezone.now() + one_mail(), outgoing.pk, outgoing.lease_id])
        return bool(cursor.rowcount)


# As text, since Django would make it anew for each mail. Of the state as in take_next_mail.sql.
MARK_SENDING = """
UPDATE mailings_outgoingemail SET state = 'sending', lease_until = %s
WHERE id = %s AND lease_id = %s AND state || '' = 'queued'
"""


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
