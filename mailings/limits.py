"""How much a visitor's form may mail, each number with its reason."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from mailings.models import OutgoingEmail

# A form that mails whoever is named in it can be used to annoy a stranger: one a day is bearable, and plenty.
PER_DAY = 1
PER_MONTH = 3
DAY = timedelta(hours=24)
MONTH = timedelta(days=30)


def may_mail(address: str, kind: str, besides: OutgoingEmail | None = None) -> bool:
    """Whether one more mail of this kind may go to an address, besides the one given; call it under lock_address."""
    return not had_their_share([address], kind, besides)


def had_their_share(addresses: Iterable[str], kind: str, besides: OutgoingEmail | None = None) -> set[str]:
    """Of these addresses, in lower case, those that get no more mails of this kind now; one query for however many."""
    now = timezone.now()
    mails = OutgoingEmail.objects.filter(kind=kind, email__in=addresses).counted().order_by()
    if besides:
        mails = mails.exclude(pk=besides.pk)
    lately, in_month = arrives_after(now - DAY), arrives_after(now - MONTH)
    counted = mails.values("email").annotate(lately=Count("pk", filter=lately), in_month=Count("pk", filter=in_month))
    full = counted.filter(Q(lately__gte=PER_DAY) | Q(in_month__gte=PER_MONTH))
    return set(full.values_list("email", flat=True))


def arrives_after(moment: datetime) -> Q:
    """By when it reaches the person: what waits for a mail server that is away all goes out in the same minute."""
    waiting = Q(state__in=[OutgoingEmail.State.QUEUED, OutgoingEmail.State.SENDING])
    return Q(created_at__gt=moment) | Q(sent_at__gt=moment) | waiting
