"""One sending of the same mail to many, which can stand still while all other mail goes out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mailing(models.Model):
    """The room that sends it says why it stands still, and to whom; the post office only has to know that it does."""

    created_at = models.DateTimeField(_("begun at"), auto_now_add=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        default_permissions = ()
        indexes = [
            # Asked before each mail; nearly none stands still.
            models.Index(fields=["id"], name="mailing_paused", condition=models.Q(paused_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)
