"""What becomes of each row of a list from elsewhere: tried for the preview, done for good by the same rules."""

import json
import time
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any, NamedTuple

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.actors import Actor
from foundation.addresses import lock_address
from foundation.models import ClinicProfile
from foundation.tokens import hash_address
from mailings import doorbell
from mailings.actions.outbox import facts_of_email
from mailings.models import OutgoingEmail, Suppression
from mailings.rules import stopped_for_many
from newsletters.emails import INVITE
from newsletters.models import ImportedConsent, Subscriber, SubscriberImport
from newsletters.signals import subscribers_imported

How = SubscriberImport.How
# Rows of one transaction. Each address is a lock until its end, and Postgres has room for some thousands in all.
AT_ONCE = 500
# Of one click: a quarter of what a proxy waits for an answer.
MOST_SECONDS = 15


class Row(NamedTuple):
    """As whoever read the file understood it. stop: a reason of a Suppression. agreed_on: in ISO 8601.

    waits: they were asked there to confirm, and never did.
    """

    number: int
    address: str
    stop: str = ""
    agreed_on: str = ""
    erased: bool = False
    waits: bool = False


class Becomes(models.TextChoices):
    JOINS = "joins", _("subscribed, on their consent")
    INVITED = "invited", _("asked by e-mail to confirm")
    STOPPED = "stopped", _("never written to: they left there, or their address is dead")
    KNOWN = "known", _("here already, and stay as they are")
    SUPPRESSED = "suppressed", _("left out: no newsletter may go to them")
    ERASED = "erased", _("left out: they were erased here")
    WAITS = "waits", _("left out: they never confirmed there")
    NO_DAY = "no_day", _("left out: nothing says when they agreed")
    NO_ADDRESS = "no_address", _("left out: no e-mail address")
    TWICE = "twice", _("in the file twice")


Outcomes = list[tuple[Row, Becomes]]


def hold_subscribers(*, rows: Iterable[Row], by: Actor, **told: Any) -> SubscriberImport:
    content = json.dumps(list(rows)).encode()
    return SubscriberImport.objects.create(by=by.account, content=content, **told)


def rows_of(held: SubscriberImport) -> list[Row]:
    """Whoever stopped in one row of the file stopped in all of theirs."""
    rows = [Row(*row) for row in json.loads(bytes(held.content))]
    stops = {row.address: row.stop for row in rows if row.stop}
    return [row._replace(stop=row.stop or stops.get(row.address, "")) for row in rows]


def preview_subscribers(held: SubscriberImport) -> Outcomes:
    """Of those that are not done yet."""
    return _judged(held, rows_of(held), held.rows_done)


def _judged(held: SubscriberImport, rows: list[Row], begin: int, end: int | None = None) -> Outcomes:
    """By what is here now; whoever stands further up in the file comes first."""
    before = {row.address for row in rows[:begin]}
    part = rows[begin:end]
    addresses = {row.address for row in part} - {""}
    known, arrives = _here(addresses)
    part = [
        row._replace(stop="") if row.stop in Suppression.CALLED_DEAD and row.address in arrives else row for row in part
    ]
    barred = stopped_for_many(addresses)
    judged: Outcomes = []
    for row in part:
        becomes = Becomes.TWICE if row.address and row.address in before else _becomes(held, row, known, barred)
        before.add(row.address)
        judged.append((row, becomes))
    return judged


# One value for all of them: as one each, thousands are written out for longer than they are looked for.
HERE = (
    "SELECT email, state = 'confirmed' AND confirmation_id IS NOT NULL FROM mailings_subscriber WHERE email = ANY(%s)"
)


def _here(addresses: set[str]) -> tuple[set[str], set[str]]:
    """Who is known here; and to whom their own link came through, whatever another program's mail met once."""
    with connection.cursor() as cursor:
        cursor.execute(HERE, [list(addresses)])
        found = dict(cursor.fetchall())
    return set(found), {address for address, arrives in found.items() if arrives}


def _becomes(held: SubscriberImport, row: Row, known: set[str], barred: set[str]) -> Becomes:
    if not row.address:
        return Becomes.NO_ADDRESS
    # Also beside another reason, which somebody may lift.
    if row.stop:
        return Becomes.STOPPED
    for is_so, becomes in (
        (row.address in barred, Becomes.SUPPRESSED),
        (row.erased, Becomes.ERASED),
        (row.address in known, Becomes.KNOWN),
        (held.how == How.INVITATION, Becomes.INVITED),
        (row.waits, Becomes.WAITS),
        (not (row.agreed_on or held.agreed_on), Becomes.NO_DAY),
    ):
        if is_so:
            return becomes
    return Becomes.JOINS


def import_subscribers(*, held: SubscriberImport, by: Actor, request: Any = None) -> SubscriberImport:
    """Hundreds of rows at once; a second click, or one after a crash, goes on where the first one stands.

    What a browser would wait too long for is left to the next click: the page says how many are done.
    """
    rows, ends_at = rows_of(held), time.monotonic() + MOST_SECONDS
    while _import_next(held.pk, rows, by, request) and time.monotonic() < ends_at:
        pass
    held.refresh_from_db()
    return held


@transaction.atomic
def _import_next(pk: int, rows: list[Row], by: Actor, request: Any) -> bool:
    """rows: as they are held, which is megabytes, so that they are read but once."""
    held = SubscriberImport.objects.held().defer("content").select_for_update().filter(pk=pk).first()
    if held is None:
        return False
    end = held.rows_done + AT_ONCE
    lock_address(*{row.address for row in rows[held.rows_done : end]} - {""})
    judged = _judged(held, rows, held.rows_done, end)
    _apply(held, judged)
    told = {"first": held.rows_done + 1, "last": held.rows_done + len(judged)}
    held.counts = dict(Counter(held.counts) + Counter(becomes.value for _row, becomes in judged))
    held.rows_done += len(judged)
    if held.rows_done >= len(rows):
        held.state, held.content = SubscriberImport.State.DONE, b""
    held.save(update_fields=["counts", "rows_done", "state", *(["content"] if held.is_done else [])])
    subscribers_imported.send(sender=SubscriberImport, by=by, request=request, held=held, rows=told)
    return not held.is_done


def _apply(held: SubscriberImport, judged: Outcomes) -> None:
    def of(becomes: Becomes) -> list[Row]:
        return [row for row, found in judged if found == becomes]

    _stop(of(Becomes.STOPPED))
    _join(held, of(Becomes.JOINS))
    _invite(of(Becomes.INVITED))


def _stop(rows: list[Row]) -> None:
    """Who left there must get nothing from here either."""
    Suppression.objects.bulk_create(
        [Suppression(address_hash=hash_address(row.address), reason=row.stop) for row in rows], ignore_conflicts=True
    )
    here = Subscriber.objects.filter(email__in=[row.address for row in rows])
    here.exclude(state=Subscriber.State.UNSUBSCRIBED).update(
        state=Subscriber.State.UNSUBSCRIBED, unsubscribed_at=timezone.now()
    )


def _join(held: SubscriberImport, rows: list[Row]) -> None:
    zone = ClinicProfile.objects.current().zone
    consents = ImportedConsent.objects.bulk_create(
        ImportedConsent(
            of=held,
            address_hash=hash_address(row.address),
            agreed_on=date.fromisoformat(row.agreed_on or str(held.agreed_on)),
        )
        for row in rows
    )
    Subscriber.objects.bulk_create(
        Subscriber(
            email=row.address,
            state=Subscriber.State.CONFIRMED,
            imported=consent,
            confirmed_at=datetime.combine(consent.agreed_on, time_of_day(), zone),
        )
        for row, consent in zip(rows, consents, strict=True)
    )


def _invite(rows: list[Row]) -> None:
    mails = [
        OutgoingEmail(
            dedupe_key=f"newsletter-invite:{uuid.uuid4().hex}", **facts_of_email(kind=INVITE, address=row.address)
        )
        for row in rows
    ]
    OutgoingEmail.objects.bulk_create(mails)
    Subscriber.objects.bulk_create(
        Subscriber(email=row.address, state=Subscriber.State.PENDING, confirmation=mail)
        for row, mail in zip(rows, mails, strict=True)
    )
    doorbell.ring_after_commit()


def forget_subscriber_lists(*, all_of_them: bool = False) -> int:
    """Empties those held for a day; or all, since nobody knows whether one names a person who is being erased."""
    old = models.Q() if all_of_them else models.Q(created_at__lte=timezone.now() - SubscriberImport.HELD_FOR)
    return SubscriberImport.objects.filter(old).exclude(content=b"").update(content=b"")
