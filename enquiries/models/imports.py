"""A list of people that somebody brings to the site, held between the pages on which they look at it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LeadImportQuerySet(models.QuerySet["LeadImport"]):
    def held(self) -> "LeadImportQuerySet":
        """The hourly task may be late; whoever asks is told the truth all the same."""
        return self.filter(created_at__gt=timezone.now() - LeadImport.HELD_FOR)


class LeadImport(models.Model):
    """In Postgres: the next page may come from another web process. Gone after a day, or when anybody is erased."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")

    HELD_FOR = timedelta(days=1)

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name=_("by"))
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    # How and when these people agreed to be contacted, in the words of whoever brings the list.
    consent = models.CharField(_("how and when they agreed"), max_length=500)
    # The table as it was read from the file, as JSON; emptied with the last row.
    content = models.BinaryField(default=b"")
    # The workbook itself, where it has more sheets than the one that was read; emptied with the content.
    file = models.BinaryField(default=b"", db_default=b"", editable=False)
    # For each column of the file the field that it goes into, empty for none. No list yet: nobody chose.
    columns = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WAITING)
    # Rows go in by hundreds, and a process may be killed between two of them.
    rows_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    # What was asked for as it began (Wishes): whoever goes on after a crash is to find it as they left it.
    wishes = models.JSONField(default=dict, db_default={}, editable=False)
    # Number, faults (code, column, data) and cells of each row that did not become a lead, to be downloaded.
    refused = models.JSONField(default=list)

    objects = LeadImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of leads")
        verbose_name_plural = _("imports of leads")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
