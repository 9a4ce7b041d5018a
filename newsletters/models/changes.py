"""How many came and went, and when; of nobody, so that it outlives whoever leaves, is forgotten or erased."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubscriberChange(models.Model):
    """A trigger writes these. A row for each instead of a sum a day: many leave at once, and none waits for another."""

    class Kind(models.TextChoices):
        JOINED = "joined", _("joined")
        LEFT = "left", _("left")

    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    number = models.PositiveIntegerField(_("how many"), default=1, db_default=1)
    # No finer than a quarter of an hour, so that it says of nobody when; days begin on one in every time zone.
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of subscribers")
        verbose_name_plural = _("changes of subscribers")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"
