"""What becomes of issues in a database that was restored: what should have gone out may be out since the backup."""

from django.db import transaction
from django.utils import timezone

from foundation.actors import Actor
from newsletters.actions.moves import act_as
from newsletters.models import Newsletter, NewsletterEvent

State = Newsletter.State


@transaction.atomic
def hold_due(*, by: Actor) -> None:
    """Also what is late, of which its page would say that nobody got it; somebody says again that it goes."""
    act_as(by)
    past = Newsletter.objects.filter(state=State.SCHEDULED, scheduled_for__lte=timezone.now())
    for newsletter in past.select_for_update():
        newsletter.state, newsletter.scheduled_for = State.APPROVED, None
        newsletter.save()
        NewsletterEvent.objects.create(newsletter=newsletter, kind=NewsletterEvent.Kind.HELD, actor=by.account)
