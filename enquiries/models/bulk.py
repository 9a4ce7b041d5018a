"""What somebody did with many leads at once, and what became of it with each."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enquiries.models.leads import Lead
from enquiries.models.left_out import LeftOut
from foundation.actors import Actor

# A slip is seen the same day; what is older was meant.
TIME_TO_UNDO = timedelta(days=1)


class BulkRun(models.Model):
    """One press of the button, however often it is pressed: the page that asks gives it its number."""

    class Verb(models.TextChoices):
        ASSIGN = "assign", _("assign")
        SNOOZE = "snooze", _("put off")
        CLOSE = "close", _("close")
        TAG = "tag", _("tag")
        DOCUMENT = "document", _("send a document")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulk_runs", verbose_name=_("by"))
    created_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("bulk run")
        verbose_name_plural = _("bulk runs")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.created_at}"

    def may_be_undone(self, by: Actor) -> bool:
        """By who pressed the button. A mail cannot be called back."""
        is_theirs = by.account is not None and by.account.pk == self.by_id
        is_fresh = self.undone_at is None and timezone.now() - self.created_at < TIME_TO_UNDO
        return is_theirs and is_fresh and self.outcomes.filter(before__isnull=False).exists()


class BulkOutcome(models.Model):
    """Stands once the lead's turn is over, written in the transaction that changed it."""

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="outcomes")
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="bulk_outcomes")
    # Empty when it was done; else the code of a LeftOut or a Why.
    left_out_because = models.CharField(max_length=300, blank=True, default="", db_default="")
    # What stood there before, and by what it is known that nothing happened since; none once it is given back.
    before = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("bulk outcome")
        verbose_name_plural = _("bulk outcomes")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "lead"], name="bulkoutcome_once_for_each_lead"),
        ]

    def __str__(self) -> str:
        return f"{self.lead} {self.in_words}".strip()

    @property
    def in_words(self) -> str:
        return LeftOut.in_words(self.left_out_because)
