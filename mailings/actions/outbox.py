"""What goes into the outbox, and what staff do about what did not arrive."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from foundation.actors import Actor
from foundation.addresses import lock_address
from mailings import doorbell, limits
from mailings.emails import kinds
from mailings.models import MailEvent, OutgoingEmail, Why
from mailings.rules import supported_language
from mailings.signals import email_requeued, email_sent

State = OutgoingEmail.State
Priority = OutgoingEmail.Priority
Audience = OutgoingEmail.Audience


@transaction.atomic(savepoint=False)
def queue_email(
    *, kind: str, address: str, dedupe_key: str, not_before: datetime | None = None, language: str = ""
) -> OutgoingEmail:
    """Puts one mail into the outbox; the same dedupe_key gives the row that is already there.

    What the mail is about is for the caller to write: a row that points at this one, in the same transaction.
    """
    facts = facts_of_email(kind=kind, address=address, not_before=not_before, language=language)
    outgoing, _created = OutgoingEmail.objects.get_or_create(dedupe_key=dedupe_key, defaults=facts)
    doorbell.ring_after_commit()
    return outgoing


def facts_of_email(
    *, kind: str, address: str, not_before: datetime | None = None, language: str = ""
) -> dict[str, Any]:
    """What a row of the outbox begins with, beside its key. Whoever stores it rings the doorbell."""
    identifier, known = uuid.uuid4(), kinds.get(kind)
    domain = settings.FROM_EMAIL.rpartition("@")[2]
    return {
        "uuid": identifier,
        "kind": kind,
        "audience": Audience.STAFF if known and known.to_staff else Audience.PERSON,
        "language": supported_language(language),
        "priority": Priority.BULK if known and known.bulk else Priority.NOW,
        "email": address,
        # Fixed now, so that a mail sent twice after a crash is recognised as one.
        "message_id": f"<{identifier.hex}@{domain}>",
        **({"next_attempt_at": not_before} if not_before else {}),
    }


@transaction.atomic
def send_again(*, outgoing: OutgoingEmail, by: Actor) -> bool:
    """Staff let a mail that did not arrive start anew, as the same mail; False for one that is out or on its way.

    Also for one of several: whoever asked five times while nothing arrived gets one packet, not five.
    """
    lock_address(outgoing.email)
    found = OutgoingEmail.objects.did_not_arrive().select_for_update().filter(pk=outgoing.pk).first()
    if found is None or not may_go_again(found) or not _is_still_true(found):
        return False
    OutgoingEmail.objects.filter(pk=found.pk).update(next_attempt_at=timezone.now(), **ANEW)
    MailEvent.objects.create(outgoing=found, kind=MailEvent.Kind.REQUEUED, actor=by.account)
    email_requeued.send(sender=OutgoingEmail, outgoing=found, by=by)
    doorbell.ring_after_commit()
    return True


ANEW = {"state": State.QUEUED, "attempts": 0, "unanswered": 0, "sent_at": None, "forbidden": False}


@transaction.atomic
def send_many_again(*, mails: Iterable[int], states: Iterable[str], by: Actor) -> int:
    """As send_again, of one sending to many and in a few statements; only what is still in these states.

    Without locks on thousands of addresses: whether each may get it is asked again when its turn comes.
    """
    missed = OutgoingEmail.objects.did_not_arrive().filter(pk__in=list(mails), state__in=list(states))
    found = list(missed.select_for_update().order_by("pk").values_list("pk", flat=True))
    OutgoingEmail.objects.filter(pk__in=found).update(next_attempt_at=timezone.now(), **ANEW)
    MailEvent.objects.bulk_create(
        MailEvent(outgoing_id=pk, kind=MailEvent.Kind.REQUEUED, actor=by.account) for pk in found
    )
    doorbell.ring_after_commit()
    return len(found)


def may_go_again(outgoing: OutgoingEmail) -> bool:
    """The cap is for what strangers can cause: neither notices to staff nor newsletters."""
    is_ours = outgoing.is_to_staff or outgoing.is_to_many
    return is_ours or limits.may_mail(outgoing.email, outgoing.kind, besides=outgoing)


def _is_still_true(outgoing: OutgoingEmail) -> bool:
    return outgoing.kind not in kinds or kinds[outgoing.kind].still_true(outgoing)


@transaction.atomic
def settle(*, outgoing: OutgoingEmail, by: Actor) -> bool:
    """Staff take an uncertain mail for arrived; False for any other."""
    lock_address(outgoing.email)
    uncertain = OutgoingEmail.objects.filter(pk=outgoing.pk, state=State.UNCERTAIN)
    if not uncertain.update(state=State.SENT, sent_at=timezone.now()):
        return False
    MailEvent.objects.create(outgoing=outgoing, kind=MailEvent.Kind.SETTLED, actor=by.account)
    outgoing.refresh_from_db()
    email_sent.send(sender=OutgoingEmail, outgoing=outgoing, by=by)
    return True


def take_back(*, outgoing: OutgoingEmail) -> bool:
    """Whoever has it in hand, written already, sends nothing; False for one that may be on the wire, or is over."""
    waiting = OutgoingEmail.objects.filter(pk=outgoing.pk, state=State.QUEUED)
    doorbell.ring_after_commit()
    return bool(waiting.update(lease_id=None, lease_until=None))


CANCEL_WAITING = """
WITH waiting AS (
    SELECT id FROM mailings_outgoingemail WHERE mailing_id = %(mailing)s AND state = 'queued' FOR UPDATE SKIP LOCKED
), ended AS (
    UPDATE mailings_outgoingemail SET state = 'cancelled', why = %(why)s, last_reply = '',
        lease_id = NULL, lease_until = NULL
    WHERE id IN (SELECT id FROM waiting)
    RETURNING id
)
INSERT INTO mailings_mailevent (outgoing_id, kind, at, why, status, reply, report_id, actor_id)
SELECT id, 'cancelled', %(at)s, %(why)s, '', '', '', %(actor)s FROM ended
"""


@transaction.atomic
def cancel_waiting(*, mailing: int, by: Actor) -> int:
    """All of one mailing that is still to go out, in one statement; whoever has one in hand writes nothing more.

    What is being claimed at this moment is passed over, and is no longer wanted when its turn comes.
    """
    values = {
        "mailing": mailing,
        "why": Why.NO_LONGER_WANTED.value,
        "at": timezone.now(),
        "actor": by.account.pk if by.account else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(CANCEL_WAITING, values)
        return cursor.rowcount
