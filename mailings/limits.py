"""How much mail one address may get, each number with its reason."""

from datetime import timedelta

from django.utils import timezone

from mailings.models import OutgoingEmail

# A form that mails whoever is named in it can be used to annoy a stranger: one a day is bearable, and plenty.
PER_DAY = 1
PER_MONTH = 3
DAY = timedelta(hours=24)
MONTH = timedelta(days=30)


def may_mail(address: str, kind: str) -> bool:
    """Whether a visitor's form may cause one more mail of this kind; call it under lock_address."""
    now = timezone.now()
    mails = OutgoingEmail.objects.to(address).filter(kind=kind).counted()
    return (
        mails.filter(created_at__gt=now - DAY).count() < PER_DAY
        and mails.filter(created_at__gt=now - MONTH).count() < PER_MONTH
    )
