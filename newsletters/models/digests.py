"""The monthly e-mail: to whoever would rather have one mail with what came out than each issue."""

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailings.models import Mailing, OutgoingEmail
from newsletters.models.newsletters import Newsletter
from newsletters.models.subscribers import Subscriber

# Of an article: whoever changed its words since did not take them back.
HARMLESS = "changed"
STOPPED = """
SELECT DISTINCT issue FROM unnest(%s::bigint[]) AS issue, newsletter_stops(issue) WHERE code <> %s
"""


def stopped(issues: Iterable[int]) -> set[int]:
    """Those with something withdrawn, overturned or retracted: nobody should be sent to them any more."""
    with connection.cursor() as cursor:
        cursor.execute(STOPPED, [[*issues], HARMLESS])
        return {pk for (pk,) in cursor.fetchall()}


class Digest(models.Model):
    """Of one month. It says nothing of its own: what it lists was approved with each issue."""

    # Its first day. Unique, since any number of workers begin it.
    month = models.DateField(_("month"), unique=True)
    mailing = models.OneToOneField(Mailing, models.PROTECT, editable=False, verbose_name=_("mailing"))
    candidates = models.PositiveIntegerField(_("recipients"), default=0)
    begun_at = models.DateTimeField(_("begun at"), default=timezone.now)
    paused_because = models.CharField(
        _("paused because"), max_length=20, choices=Newsletter.PausedBecause, blank=True, db_default=""
    )
    # What was held against it before it was resumed does not pause it again.
    resumed_at = models.DateTimeField(_("resumed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("monthly e-mail")
        verbose_name_plural = _("monthly e-mails")
        ordering = ["-month"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class DigestEvent(models.Model):
    """Paused, or let go on: a trigger writes one line each; append-only."""

    digest = models.ForeignKey(Digest, models.PROTECT, related_name="events", verbose_name=_("monthly e-mail"))
    # Empty when it was let go on.
    because = models.CharField(_("because"), max_length=20, choices=Newsletter.PausedBecause, blank=True)
    # Nobody: what the site does by itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("event of a monthly e-mail")
        verbose_name_plural = _("events of monthly e-mails")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.get_because_display() or _("It went on."))


class RecipientQuerySet(models.QuerySet[Any]):
    """Also of an issue's own."""

    def got_it(self) -> Self:
        return self.filter(outgoing__state=OutgoingEmail.State.SENT)

    def may_have_it(self) -> Self:
        """It arrived, still may, or nobody can say."""
        return self.exclude(outgoing__state__in=OutgoingEmail.NEVER_REACHED)


class DigestRecipientQuerySet(RecipientQuerySet):
    def of_issue(self, issue: Newsletter) -> Self:
        """Whose monthly e-mail lists it; the ones from before it began need not be looked through."""
        return self.filter(digest__begun_at__gte=issue.begun_at or issue.created_at, issues__contains=[issue.pk])


class DigestRecipient(models.Model):
    """Who gets it, and which issues it lists for them; what became of it is the state of their mail."""

    digest = models.ForeignKey(
        Digest, models.PROTECT, related_name="recipients", db_index=False, verbose_name=_("monthly e-mail")
    )
    # As of an issue: of who was erased or forgotten only the mail remains.
    subscriber = models.ForeignKey(
        Subscriber, models.SET_NULL, null=True, related_name="digests", verbose_name=_("subscriber")
    )
    outgoing = models.OneToOneField(
        OutgoingEmail, models.PROTECT, related_name="digest_recipient", verbose_name=_("mail")
    )
    # By their topics, so that all who chose alike get the same words.
    issues = ArrayField(models.BigIntegerField(), verbose_name=_("issues"))

    objects = DigestRecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of a monthly e-mail")
        verbose_name_plural = _("recipients of monthly e-mails")
        default_permissions = ()
        # Also the index by which a digest finds its recipients.
        constraints = [models.UniqueConstraint(fields=["digest", "subscriber"], name="digestrecipient_once")]

    def __str__(self) -> str:
        return str(self.subscriber_id)
