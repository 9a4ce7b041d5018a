"""What somebody did with many leads at once, and what became of it with each."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enquiries.models.leads import Lead
from enquiries.models.left_out import LeftOut


class BulkRun(models.Model):
    """One press of the button, however often it is pressed: the page that asks gives it its number."""

    class Verb(models.TextChoices):
        ASSIGN = "assign", _("assign")
        SNOOZE = "snooze", _("put off")
        CLOSE = "close", _("close")
        DOCUMENT = "document", _("send a document")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bulk_runs", verbose_name=_("by"))
    created_at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("bulk run")
        verbose_name_plural = _("bulk runs")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.created_at}"


class BulkOutcome(models.Model):
    """Stands once the lead's turn is over, written in the transaction that changed it."""

    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="outcomes")
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="bulk_outcomes")
    # Empty when it was done; else the code of a LeftOut or a Why.
    left_out_because = models.CharField(max_length=300, blank=True, default="", db_default="")

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
