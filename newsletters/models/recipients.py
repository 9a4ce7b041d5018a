"""Who got an issue: one row a person, written when it begins. What became of each is the state of its mail."""

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from mailings.models import OutgoingEmail
from newsletters.models.digests import Digest, RecipientQuerySet
from newsletters.models.newsletters import Newsletter
from newsletters.models.subscribers import Subscriber

State = OutgoingEmail.State


class NewsletterRecipient(models.Model):
    newsletter = models.ForeignKey(
        Newsletter, models.PROTECT, related_name="recipients", db_index=False, verbose_name=_("newsletter")
    )
    # Of who was erased or forgotten only the mail remains, without its address; Postgres empties this by itself.
    subscriber = models.ForeignKey(
        Subscriber, models.SET_NULL, null=True, related_name="received", verbose_name=_("subscriber")
    )
    outgoing = models.OneToOneField(
        OutgoingEmail, models.PROTECT, related_name="newsletter_recipient", verbose_name=_("mail")
    )

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        default_permissions = ()
        constraints = [
            # Also the index by which an issue finds its recipients.
            models.UniqueConstraint(fields=["newsletter", "subscriber"], name="newsletterrecipient_once")
        ]

    def __str__(self) -> str:
        return str(self.subscriber_id)


class Account(dict[str, int]):
    """How many of an issue's recipients are where; it balances when the states add up to those written down."""

    @property
    def candidates(self) -> int:
        return sum(self.values())


def account_of(sending: Newsletter | Digest) -> Account:
    """By state of the mail; what waits is queued or on its way."""
    mails = OutgoingEmail.objects.filter(mailing=sending.mailing_id).order_by()
    found = dict(mails.values_list("state").annotate(Count("pk"))) if sending.mailing_id else {}
    waiting = found.pop(State.QUEUED, 0) + found.pop(State.SENDING, 0)
    ended = {state.value: found.get(state, 0) for state in ENDED}
    return Account({**ended, "waiting": waiting})


ENDED = (State.SENT, State.FAILED, State.BOUNCED, State.CANCELLED, State.UNCERTAIN)
