"""To whom nothing may go any more, on their own word or a mail server's."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from foundation.actors import VISITOR, Actor
from foundation.addresses import lock_address
from foundation.tokens import hash_address
from mailings.models import MailEvent, OutgoingEmail, Suppression, Why
from mailings.models.why import SAID_BY_THE_PERSON
from mailings.signals import called_dead_by_mistake, email_cancelled, email_disowned, list_mail_stopped

Reason = Suppression.Reason


def suppress(*, address: str, reason: str) -> bool:
    """False when it stood already. Call it under lock_address."""
    return Suppression.objects.standing().get_or_create(address_hash=hash_address(address), reason=reason)[1]


def write_off(*, address: str, reason: str) -> bool:
    """Nothing at all may go there any more, so the newsletter must not count it either; False when that was known.

    The rooms above are told in any case: somebody may have signed up since.
    """
    is_new = suppress(address=address, reason=reason)
    list_mail_stopped.send(sender=Suppression, address=address, reason=reason)
    return is_new


def stop_mail(*, address: str, by: Actor) -> bool:
    """The person asked us to stop: nothing new goes there, nor what waits already. False when that was known.

    Call it under lock_address.
    """
    is_new = write_off(address=address, reason=Reason.ASKED_TO_STOP)
    waiting = OutgoingEmail.objects.to(address).to_people().filter(state=OutgoingEmail.State.QUEUED)
    for outgoing in waiting.select_for_update():
        cancel(outgoing, Why.ASKED_TO_STOP, by)
    return is_new


def cancel(outgoing: OutgoingEmail, why: str, by: Actor) -> None:
    """Without its lease, whoever has it in hand writes nothing more."""
    here = OutgoingEmail.objects.filter(pk=outgoing.pk)
    here.update(state=OutgoingEmail.State.CANCELLED, last_reply="", why=why, lease_id=None, lease_until=None)
    MailEvent.objects.create(outgoing=outgoing, kind=MailEvent.Kind.CANCELLED, why=why, actor=by.account)
    outgoing.refresh_from_db()
    email_cancelled.send(sender=OutgoingEmail, outgoing=outgoing, by=by)


def lift(*, address: str, reason: str, by: Actor = VISITOR) -> None:
    standing = Suppression.objects.standing().filter(address_hash=hash_address(address), reason=reason)
    standing.update(lifted_at=timezone.now(), lifted_by=by.account)


def lift_stop(*, address: str, by: Actor, keeps: Collection[str] = ()) -> None:
    """They want to hear from us after all. What servers say of the address stays. Call it under lock_address."""
    for reason in SAID_BY_THE_PERSON.difference(keeps):
        lift(address=address, reason=reason.value, by=by)


@transaction.atomic
def lift_suppression(*, suppression: Suppression, by: Actor) -> Suppression:
    """Staff know better than the mail server, or the person asked after all. A second time changes nothing."""
    standing = Suppression.objects.standing().filter(pk=suppression.pk)
    if standing.update(lifted_at=timezone.now(), lifted_by=by.account) and suppression.reason == Reason.HARD_BOUNCE:
        called_dead_by_mistake.send(sender=Suppression, hashes={suppression.address_hash})
    suppression.refresh_from_db()
    return suppression


@transaction.atomic
def lift_mistaken(*, since: datetime, until: datetime, by: Actor) -> int:
    """Servers called addresses dead while it was us whom they refused; returns how many may be mailed again."""
    mistaken = Suppression.objects.said_by_servers(since, until)
    rows = dict(mistaken.select_for_update().values_list("pk", "address_hash"))
    count = Suppression.objects.filter(pk__in=rows).update(lifted_at=timezone.now(), lifted_by=by.account)
    called_dead_by_mistake.send(sender=Suppression, hashes={*rows.values()})
    return count


@transaction.atomic
def disown_email(*, outgoing: uuid.UUID) -> OutgoingEmail | None:
    """ "I did not ask for this": nothing more goes to that address, and the rooms above are told."""
    found = OutgoingEmail.objects.filter(uuid=outgoing).first()
    if found is None:
        return None
    lock_address(found.email)
    if write_off(address=found.email, reason=Reason.NOT_REQUESTED):
        email_disowned.send(sender=OutgoingEmail, outgoing=found, by=VISITOR)
    return found
