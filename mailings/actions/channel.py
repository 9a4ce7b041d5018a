"""The way to the mail server: when it is in trouble, when it stands still, and who lets it go on."""

import logging
import re
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import StrIndex, Substr
from django.utils import timezone

from foundation.actors import Actor
from mailings import doorbell
from mailings.models import Channel, MailEvent
from mailings.models.meaning import ABOUT_US
from mailings.rules import storable

logger = logging.getLogger(__name__)

# One visitor's odd domain must not stop everybody's mail; five within minutes are no accident.
DOMAINS_THAT_STOP = 5
POLICY_WINDOW = timedelta(minutes=10)
# By the recipient's server itself, or by one on the way that returned the mail.
REFUSALS = (MailEvent.Kind.FAILED, MailEvent.Kind.BOUNCED)
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


def is_refused_for_policy() -> bool:
    """Whether mail servers of several domains called our mail unwanted within minutes."""
    recent = MailEvent.objects.filter(kind__in=REFUSALS, meaning__in=ABOUT_US, at__gt=timezone.now() - POLICY_WINDOW)
    resumed = Channel.objects.now().resumed_at
    if resumed:
        recent = recent.filter(at__gt=resumed)
    email = F("outgoing__email")
    domains = recent.values_list(Substr(email, StrIndex(email, Value("@"))), flat=True).order_by().distinct()
    return len(domains) >= DOMAINS_THAT_STOP


@transaction.atomic
def resume_channel(*, by: Actor) -> None:
    """Staff mended what stopped the mail, or do not want to wait for the next try. Again changes nothing."""
    now = timezone.now()
    in_trouble = Channel.objects.filter(pk=1).exclude(paused_at=None, retry_at=None)
    if in_trouble.update(
        paused_at=None, reason="", failures=0, failing_since=None, retry_at=None, resumed_at=now, resumed_by=by.account
    ):
        doorbell.ring_after_commit()
