"""How much a visitor's form may mail, each number with its reason."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from mailings.models import OutgoingEmail

# A form that mails whoever is named in it can be used to annoy a stranger: one a day is bearable, and plenty.
PER_DAY = 1
PER_MONTH = 3
DAY = timedelta(hours=24)
MONTH = timedelta(days=30)


def may_mail(address: str, kind: str, besides: OutgoingEmail | None = None) -> bool:
    """Whether one more mail of this kind may go to an address, besides the one given; call it under lock_address."""
    now = timezone.now()
    mails = OutgoingEmail.objects.to(address).filter(kind=kind).counted()
    if besides:
        mails = mails.exclude(pk=besides.pk)
    return (
        mails.filter(arrives_after(now - DAY)).count() < PER_DAY
        and mails.filter(arrives_after(now - MONTH)).count() < PER_MONTH
    )


def arrives_after(moment: datetime) -> Q:
    """By when it reaches the person: what waits for a mail server that is away all goes out in the same minute."""
    waiting = Q(state__in=[OutgoingEmail.State.QUEUED, OutgoingEmail.State.SENDING])
    return Q(created_at__gt=moment) | Q(sent_at__gt=moment) | waiting
