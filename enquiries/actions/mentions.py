"""Whoever was named in a note or a call says that they have seen it."""

from django.db import transaction
from django.utils import timezone

from enquiries.actions.leads import locked
from enquiries.models import Lead, Mention
from foundation.actors import Actor


@transaction.atomic
def see_mentions(*, lead: Lead, up_to: int, by: Actor) -> None:
    """Those of this person that stood on the page, which named none newer than this number."""
    account = by.account.pk if by.account else None
    family = locked(lead).family()
    unseen = Mention.objects.unseen_by(account).filter(event__lead__in=family, pk__lte=up_to)
    unseen.update(seen_at=timezone.now())
