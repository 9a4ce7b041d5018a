"""A list of subscribers that somebody brings from elsewhere, and the proof of what its people agreed to there."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SubscriberImportQuerySet(models.QuerySet["SubscriberImport"]):
    def held(self) -> "SubscriberImportQuerySet":
        """Whose rows are here still; the hourly task may be late."""
        since = timezone.now() - SubscriberImport.HELD_FOR
        return self.filter(state=SubscriberImport.State.WAITING, created_at__gt=since).exclude(content=b"")


class SubscriberImport(models.Model):
    """Where, and to which words, its people agreed; kept for good, since it proves that we may write to them."""

    class How(models.TextChoices):
        EVIDENCE = "evidence", _("They agreed to a newsletter of ours, and we can show it")
        INVITATION = "invitation", _("Ask each of them by e-mail; only who confirms gets the newsletter")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")

    HELD_FOR = timedelta(days=1)

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    how = models.CharField(_("how"), max_length=20, choices=How)
    words = models.TextField(_("to which words they agreed"), blank=True)
    place = models.CharField(_("where they agreed"), max_length=300, blank=True)
    # For rows that say nothing of a day.
    agreed_on = models.DateField(_("when they agreed"), null=True, blank=True)
    # Rows as they were understood, as JSON; emptied with the last one, after a day, or when anybody is erased.
    content = models.BinaryField(default=b"")
    # Rows go in by hundreds, and a process may be killed between two of them.
    rows_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WAITING)

    objects = SubscriberImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of subscribers")
        verbose_name_plural = _("imports of subscribers")
        ordering = ["-created_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(how="evidence") | (~models.Q(words="") & ~models.Q(place="")),
                name="subscriberimport_has_evidence",
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE


class ImportedConsent(models.Model):
    """One person's yes, given elsewhere. It holds no address, so it outlives the erasure of the person as it is."""

    of = models.ForeignKey(SubscriberImport, models.PROTECT, related_name="consents", verbose_name=_("import"))
    address_hash = models.CharField(max_length=64, db_index=True, editable=False)
    agreed_on = models.DateField(_("agreed on"))

    class Meta:
        verbose_name = _("consent given elsewhere")
        verbose_name_plural = _("consents given elsewhere")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.agreed_on} {self.of_id}"
