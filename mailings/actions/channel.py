"""The way to the mail server: when it is in trouble, when it stands still, and who lets it go on."""

import logging
import re
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from foundation.actors import Actor
from mailings import doorbell
from mailings.actions.outbox import queue_email
from mailings.emails import PROVIDER_PAUSED
from mailings.models import Channel, MailEvent, ProviderPause
from mailings.models.providers import behind, provider_of
from mailings.rules import storable

logger = logging.getLogger(__name__)

# One visitor's odd domain must not stop everybody's mail; five within minutes are no accident.
PROVIDERS_THAT_STOP = 5
# One refusal may be about one mail; five within minutes are about us.
REFUSALS_THAT_STOP = 5
WINDOW = timedelta(minutes=10)
EVERYTHING = "*"
ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")


def note_trouble(reply: str, reason: str = "") -> None:
    """All mails wait, longer with each failure; with a reason, until somebody resumes."""
    with transaction.atomic():
        Channel.objects.get_or_create(pk=1)
        found = Channel.objects.select_for_update().get(pk=1)
        _write_trouble(found, reply, reason)
    logger.log(logging.ERROR if reason else logging.WARNING, "mail waits: %s %s", reason, found.reply)


def _write_trouble(found: Channel, reply: str, reason: str) -> None:
    now = timezone.now()
    found.reply = storable(without_recipients(reply))
    found.retry_at = now + found.next_wait()
    found.failures += 1
    found.failing_since = found.failing_since or now
    if reason and found.paused_at is None:
        found.paused_at = now
    found.reason = reason or found.reason
    found.save()


def without_recipients(reply: str) -> str:
    """Nothing erases it here, so whom it quotes goes at once; our own addresses may be what is wrong."""
    ours = settings.FROM_EMAIL.rpartition("@")[2].lower()
    return ADDRESS.sub(lambda found: found[0] if found[0].lower().endswith(f"@{ours}") else "…", reply)


def note_success() -> None:
    Channel.objects.filter(pk=1, failures__gt=0, paused_at=None).update(failures=0, failing_since=None, retry_at=None)


def heed_refusal(*, address: str, reply: str) -> None:
    """They refused us: several providers within minutes stop everything, one of them several times what goes there."""
    recent = MailEvent.objects.refusals_of_us().filter(at__gt=timezone.now() - WINDOW)
    mails = _since_resumed(recent).exclude(outgoing=None).values_list("outgoing", "outgoing__email").order_by()
    refusing = [provider_of(email) for _mail, email in mails.distinct()]
    if len(set(refusing)) >= PROVIDERS_THAT_STOP:
        note_trouble(reply, Channel.Reason.POLICY)
    elif refusing.count(provider_of(address)) >= REFUSALS_THAT_STOP:
        _pause_provider(provider_of(address), reply)


def _since_resumed(events: QuerySet[MailEvent]) -> QuerySet[MailEvent]:
    """What was refused before somebody mended it says nothing of now."""
    resumed = Channel.objects.now().resumed_at
    events = events.filter(at__gt=resumed) if resumed else events
    for pause in ProviderPause.objects.filter(resumed_at__gt=timezone.now() - WINDOW):
        events = events.exclude(behind([pause.provider], "outgoing__email"), at__lte=pause.resumed_at)
    return events


@transaction.atomic
def _pause_provider(provider: str, reply: str) -> None:
    usual = {"paused_at": timezone.now(), "reply": storable(without_recipients(reply))}
    pause, is_new = ProviderPause.objects.standing().get_or_create(provider=provider, resumed_at=None, defaults=usual)
    if is_new:
        logger.error("mail to %s waits: it refuses us", provider)
        _tell_of(pause)


def _tell_of(pause: ProviderPause) -> None:
    """By mail, for all other mail goes out; where nothing does, the pages of the staff and the metrics have to do."""
    if settings.STAFF_ALERT_EMAIL:
        key = f"provider-pause:{pause.pk}"
        pause.notice = queue_email(kind=PROVIDER_PAUSED, address=settings.STAFF_ALERT_EMAIL, dedupe_key=key)
        pause.save(update_fields=["notice"])


@transaction.atomic
def resume_provider(*, provider: str, by: Actor) -> bool:
    """Staff asked the provider to take us off its list, or do not want to wait. Again changes nothing."""
    standing = ProviderPause.objects.standing().filter(provider=provider)
    if not standing.update(resumed_at=timezone.now(), resumed_by=by.account):
        return False
    doorbell.ring_after_commit()
    return True


@transaction.atomic
def resume_channel(*, by: Actor) -> None:
    """Staff mended what stopped the mail, or do not want to wait for the next try. Again changes nothing."""
    now = timezone.now()
    in_trouble = Channel.objects.filter(pk=1).exclude(paused_at=None, retry_at=None)
    if in_trouble.update(
        paused_at=None, reason="", failures=0, failing_since=None, retry_at=None, resumed_at=now, resumed_by=by.account
    ):
        doorbell.ring_after_commit()
