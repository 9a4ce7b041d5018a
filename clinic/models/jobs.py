"""When each periodic job last ticked and last ended well: rows, so that any number of beats makes one tick a period."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class JobTick(models.Model):
    """One row a job of CELERY_BEAT_SCHEDULE, and one that says when the last backup was made."""

    job = models.CharField(_("job"), max_length=100, primary_key=True)
    ticked_at = models.DateTimeField(_("last ticked at"))
    # From when on a new one is waited for.
    ended_at = models.DateTimeField(_("last ended well"), db_default=Now())
    failed_at = models.DateTimeField(_("last ended in an error"), null=True, blank=True)
    # What Python calls it; its words may hold what a person wrote, and stand in no row. Empty once it ended well again.
    error = models.CharField(_("error"), max_length=100, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("job of the site")
        verbose_name_plural = _("jobs of the site")

    def __str__(self) -> str:
        return self.job
