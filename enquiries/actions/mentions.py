"""Who was named in a note or a call hears of it, until they say that they have seen it."""

from django.db import transaction
from django.utils import timezone

from enquiries.mentions import read
from enquiries.models import Lead, LeadEvent, Mention
from foundation.actors import Actor


def mention(event: LeadEvent) -> None:
    """Inside the transaction of what was written."""
    named = read(event.text).named
    Mention.objects.bulk_create([Mention(event=event, account=account) for account in named])


@transaction.atomic
def see_mentions(*, lead: Lead, up_to: int, by: Actor) -> None:
    """Those of this person that stood on the page, which named none newer than this number."""
    account = by.account.pk if by.account else None
    unseen = Mention.objects.unseen_by(account).filter(event__lead__in=lead.family(), pk__lte=up_to)
    unseen.update(seen_at=timezone.now())
