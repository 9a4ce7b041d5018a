"""When each periodic job last ticked: rows, so that any number of beats makes one tick a period."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobTick(models.Model):
    """One row a job of CELERY_BEAT_SCHEDULE, and one that says when the last backup was made."""

    job = models.CharField(_("job"), max_length=100, primary_key=True)
    ticked_at = models.DateTimeField(_("last ticked at"))

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self) -> str:
        return self.job
