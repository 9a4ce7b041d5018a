"""Who gets the newsletter: asked for, confirmed, left, forgotten."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.actors import JOB, Actor
from foundation.addresses import lock_address
from foundation.held import HeldReason
from foundation.models import ConsentWording
from foundation.tokens import hash_address
from mailings import rules
from mailings.actions.consents import record_consent
from mailings.actions.outbox import queue_email
from mailings.actions.suppression import lift, lift_stop, suppress
from mailings.models import Consent, OutgoingEmail, Suppression
from newsletters.emails import CONFIRM, DIGEST, INVITE, NEWSLETTER, WELCOME
from newsletters.models import Subscriber

# Without what makes it one person's.
CONFIRM_PAGE = "/newsletter/confirm/"
STOPPED_ELSEWHERE = gettext_lazy(
    "They asked us to stop at another address of theirs. Lift that on the page of their lead, then release this."
)


@transaction.atomic
def request_newsletter(
    *, address: str, wording: ConsentWording, source_path: str = "", held_reason: str = "", language: str = ""
) -> Subscriber:
    """A visitor asked for the newsletter. With a held_reason, staff decide whether anything is mailed."""
    lock_address(address)
    consent = record_consent(address=address, wording=wording, source_path=source_path)
    return sign_up(address=address, consent=consent, held_reason=held_reason, language=language)


@transaction.atomic
def sign_up(*, address: str, consent: Consent, held_reason: str = "", language: str = "") -> Subscriber:
    """The address waits until its owner confirms by the mailed link; a confirmed one stays as it is.

    A robot that names somebody who may still confirm changes nothing for them: their link goes on working.
    """
    lock_address(address)
    held_reason = held_reason or (HeldReason.ASKED_TO_STOP.value if _asked_to_stop(address) else "")
    subscriber = Subscriber.objects.select_related("confirmation").filter(email=address).first()
    if subscriber is None:
        subscriber = Subscriber.objects.create(email=address, consent=consent, state=Subscriber.State.HELD)
    elif subscriber.state == Subscriber.State.CONFIRMED or (held_reason and may_still_confirm(subscriber)):
        return subscriber
    subscriber.consent = consent
    subscriber.held_reason = held_reason
    subscriber.language = rules.supported_language(language)
    subscriber.state = Subscriber.State.HELD if held_reason else Subscriber.State.PENDING
    if not held_reason:
        _ask_to_confirm(subscriber)
    subscriber.save()
    return subscriber


def _asked_to_stop(address: str) -> bool:
    """Here, or at another address of theirs, by which no issue would reach them at this one."""
    return rules.asked_to_stop(address) or bool(rules.stopped_elsewhere([address]))


def may_still_confirm(subscriber: Subscriber) -> bool:
    """By the link of their newest confirmation mail. Whoever asked us to stop may sign up again, or somebody in their
    name, and an older link is still in their mails.
    """
    confirmation = subscriber.confirmation
    return (
        subscriber.state == Subscriber.State.PENDING
        and confirmation is not None
        and confirm_link_is_fresh(confirmation)
        and not rules.why_not(subscriber.email)
        and not rules.stopped_elsewhere([subscriber.email])
    )


def _ask_to_confirm(subscriber: Subscriber) -> None:
    address = subscriber.email
    if not rules.why_not_now(address, CONFIRM, besides=_already_used(subscriber)):
        key = f"newsletter-confirm:{subscriber.consent_id}"
        subscriber.confirmation = queue_email(
            kind=CONFIRM, address=address, dedupe_key=key, language=subscriber.language
        )


def _already_used(subscriber: Subscriber) -> OutgoingEmail | None:
    """The last one, if its link was: only its owner can do that, so that who left comes back on the same day, too.

    The one before counts as ever, so that nobody makes a third go out in a day.
    """
    link, confirmed_at = subscriber.confirmation, subscriber.confirmed_at
    return link if link and confirmed_at and confirmed_at >= link.created_at else None


@transaction.atomic
def release_subscriber(
    *, subscriber: Subscriber, by: Actor = JOB, said: str = "", said_on: date | None = None
) -> Subscriber | None:
    """Staff say that a held sign-up is genuine: its owner is asked to confirm. None when it was decided, or erased.

    Of somebody who asked us to stop it takes their own word, which lifts that stop. Raises ValidationError while one
    stands at another address of theirs.
    """
    found = locked(pk=subscriber.pk)
    if found is None or found.state != Subscriber.State.HELD:
        return None
    if rules.asked_to_stop(found.email):
        _hear(found, said, said_on, by)
        lift_stop(address=found.email, by=by)
    if rules.stopped_elsewhere([found.email]):
        raise ValidationError(STOPPED_ELSEWHERE)
    found.state = Subscriber.State.PENDING
    found.held_reason = ""
    _ask_to_confirm(found)
    found.save()
    return found


def confirm_link_is_fresh(outgoing: OutgoingEmail, now: datetime | None = None) -> bool:
    return (now or timezone.now()) - (outgoing.sent_at or outgoing.created_at) < timedelta(
        days=settings.CONFIRM_LINK_DAYS
    )


def locked(**known: Any) -> Subscriber | None:
    """The subscriber, with everything about their address held until the end of this transaction."""
    found = Subscriber.objects.filter(**known).first()
    if found is None:
        return None
    lock_address(found.email)
    return Subscriber.objects.select_related("confirmation").filter(**known).first()


@transaction.atomic
def confirm_subscription(*, confirmation: uuid.UUID, wording: ConsentWording | None = None) -> Subscriber | None:
    """Confirms by the link in the newest confirmation mail; None when that link no longer counts.

    wording: what the page showed to somebody who had agreed to nothing before, or else the current one.
    """
    found = locked(confirmation__uuid=confirmation)
    if found is None or found.confirmation is None or found.state == Subscriber.State.CONFIRMED:
        return found
    if not may_still_confirm(found):
        return None
    if found.consent is None:
        # Invited: this button is the first that they agreed to.
        wording = wording or ConsentWording.objects.current(ConsentWording.Kind.NEWSLETTER)
        found.consent = record_consent(address=found.email, wording=wording, source_path=CONFIRM_PAGE)
    found.state = Subscriber.State.CONFIRMED
    found.confirmed_at = timezone.now()
    # Who paused, left and comes back wants it now.
    found.paused_until = found.taken_off_at = None
    key = f"newsletter-welcome:{confirmation.hex}"
    found.welcome = queue_email(kind=WELCOME, address=found.email, dedupe_key=key, language=found.language)
    found.save()
    # Their own link came through, so mail arrives there again.
    for reason in Suppression.STOPS_NEWSLETTER_ONLY:
        lift(address=found.email, reason=reason)
    return found


@transaction.atomic
def unsubscribe(*, subscriber: uuid.UUID) -> Subscriber | None:
    """Takes an address off the newsletter; a second time changes nothing. None for an erased subscriber."""
    found = locked(uuid=subscriber)
    if found and not has_left(found):
        _leave(found)
    return found


def has_left(subscriber: Subscriber) -> bool:
    """On their own word. Whom something else took off may still say so, and is not put back then."""
    is_off = subscriber.state == Subscriber.State.UNSUBSCRIBED
    return is_off and _left(subscriber.email, Suppression.Reason.UNSUBSCRIBED).exists()


def _leave(subscriber: Subscriber) -> None:
    """On their own word, also of somebody whom a server took off before."""
    subscriber.state, subscriber.taken_off_at = Subscriber.State.UNSUBSCRIBED, None
    subscriber.unsubscribed_at = timezone.now()
    subscriber.save()
    suppress(address=subscriber.email, reason=Suppression.Reason.UNSUBSCRIBED)


@transaction.atomic
def end_subscription(*, subscriber: Subscriber, said: str, said_on: date | None, by: Actor) -> Subscriber | None:
    """Somebody asked staff for no more newsletters; all else goes on. None when they get none, or were erased."""
    found = locked(pk=subscriber.pk)
    if found is None or has_left(found):
        return None
    _hear(found, said, said_on, by)
    _leave(found)
    return found


def _hear(subscriber: Subscriber, said: str, said_on: date | None, by: Actor) -> None:
    if not said.strip():
        raise ValidationError({"said": _("Write down who said so, and how.")})
    subscriber.said, subscriber.said_on, subscriber.heard_by = said.strip(), said_on, by.account


def has_left_since(moment: datetime, address: str) -> bool:
    """On their own word, which stands; what servers say of an address is none. Call it under lock_address."""
    left = _left(address, Suppression.Reason.UNSUBSCRIBED)
    again = Subscriber.objects.filter(email=address, unsubscribed_at__gt=moment)
    return left.filter(created_at__gt=moment).exists() or (left.exists() and again.exists())


def _left(address: str, *reasons: str) -> QuerySet[Suppression]:
    return Suppression.objects.standing().filter(address_hash=hash_address(address), reason__in=reasons)


@transaction.atomic
def move_sign_up(*, address: str, to: str, consents: QuerySet[Consent], by: Actor) -> Subscriber | None:
    """Whoever signed up had mistyped their address: what nobody confirmed there is asked at the right one.

    None where it was confirmed, or given up by the person. Call it under lock_address of both. The consent is recorded
    anew, so that whoever has the other address and is erased takes nothing of theirs along.
    """
    found = Subscriber.objects.filter(email=address, consent__in=consents, confirmed_at=None).first()
    reasons = Suppression.Reason.UNSUBSCRIBED, Suppression.Reason.ASKED_TO_STOP
    if found is None or found.consent is None or _left(address, *reasons).exists():
        return None
    given = found.consent
    # The row stays, by which erasing the person finds the mail that went there.
    take_off(address, Suppression.Reason.NOT_REQUESTED)
    if has_left_since(given.given_at, to):
        return None
    again = record_consent(address=to, wording=given.wording, source_path=given.source_path, given=given.given, by=by)
    return sign_up(address=to, consent=again, language=found.language)


def take_off(address: str, reason: str) -> None:
    """Whoever may not be mailed any more must not be counted either. Call it under lock_address."""
    now, here = timezone.now(), Subscriber.objects.filter(email=address)
    if reason in Suppression.CALLED_DEAD:
        here.filter(state=Subscriber.State.CONFIRMED).update(taken_off_at=now)
    else:
        # Their own word counts longer than what a server says.
        here.update(taken_off_at=None)
    on_it = here.exclude(state=Subscriber.State.UNSUBSCRIBED)
    on_it.update(state=Subscriber.State.UNSUBSCRIBED, unsubscribed_at=now)


@transaction.atomic
def put_back(hashes: set[str]) -> int:
    """Readers whom a server took off by mistake read on, where nothing else stands against it; returns how many."""
    off = Subscriber.objects.taken_off().values_list("email", flat=True)
    addresses = {address for address in off if hash_address(address) in hashes}
    lock_address(*addresses)
    back = addresses - rules.stopped_for_many(addresses)
    here = Subscriber.objects.taken_off().filter(email__in=back)
    return here.update(state=Subscriber.State.CONFIRMED, unsubscribed_at=None, taken_off_at=None)


def read_on(*, address: str, since: datetime) -> None:
    """A stop took them off that was somebody else's. Call it under lock_address.

    Not who left by themselves, nor who had not confirmed: their link, or the form, is still theirs.
    """
    listed = Q(consent=None) | Q(confirmed_at__gte=F("consent__given_at"))
    taken_off = Subscriber.objects.filter(listed, email=address, state=Subscriber.State.UNSUBSCRIBED)
    if not rules.stopped_for_many([address]):
        taken_off.filter(confirmed_at__lte=since, unsubscribed_at__gte=since).update(
            state=Subscriber.State.CONFIRMED, unsubscribed_at=None
        )


def forget_old_subscribers(*, before: datetime) -> int:
    """Deletes who left, or never confirmed, before that moment; returns how many. Consent proof stays."""
    return sum(_forget_if_old(pk, before) for pk in list(_old(before).values_list("pk", flat=True)))


def wants_newsletter(address: str, since: datetime) -> bool:
    """Confirmed, or asked for since then and still to be decided."""
    state = Subscriber.State
    found = Subscriber.objects.filter(email=address.lower(), state__in=[state.CONFIRMED, state.PENDING, state.HELD])
    return found.exclude(pk__in=_old(since)).exists()


def _old(before: datetime) -> QuerySet[Subscriber]:
    left = Q(state=Subscriber.State.UNSUBSCRIBED, unsubscribed_at__lt=before)
    # By the consent, for the row is used again when somebody comes back.
    asked = Q(consent__given_at__lt=before) | Q(consent=None, created_at__lt=before)
    waiting = Q(asked, state__in=[Subscriber.State.PENDING, Subscriber.State.HELD])
    return Subscriber.objects.filter(left | waiting)


@transaction.atomic
def _forget_if_old(pk: int, before: datetime) -> bool:
    """Asks again under the lock: people come back while this goes on, and their new link must reach them."""
    found = locked(pk=pk)
    if found is None or not _old(before).filter(pk=pk).exists():
        return False
    # Links that a newer one replaced went there too, and no row points at their mails any more.
    mails = OutgoingEmail.objects.to(found.email).filter(kind__in=[CONFIRM, DIGEST, INVITE, NEWSLETTER, WELCOME])
    found.delete()
    mails.update(email=Concat(Cast("uuid", CharField()), Value(OutgoingEmail.ERASED)), last_reply="")
    return True
