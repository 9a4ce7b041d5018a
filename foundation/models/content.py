from django.db import models
from django.utils.translation import gettext_lazy as _


class ContentVersion(models.Model):
    """One row, moved by triggers with whatever public pages show. Read by foundation.outage, written by nobody else."""

    version = models.UUIDField(_("version"))
    # Moves only with what stands on every page.
    frame = models.UUIDField(_("frame"))
    moved_at = models.DateTimeField(_("moved at"))

    class Meta:
        verbose_name = _("content version")
        verbose_name_plural = _("content versions")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="contentversion_one_row")]

    def __str__(self) -> str:
        return str(self.version)
