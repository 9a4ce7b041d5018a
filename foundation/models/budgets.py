from django.db import models
from django.utils.translation import gettext_lazy as _


class Budget(models.Model):
    """How many more posts one network, or all together, may make now: a token bucket that fills up again by itself."""

    # "overall", or the keyed hash of a network: whose it was must not be readable from here.
    scope = models.CharField(_("whose"), max_length=64, primary_key=True)
    left = models.FloatField(_("left"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        # Of the room in which it was made.
        db_table = "mailings_budget"
        # The nightly clearing.
        indexes = [models.Index(fields=["updated_at"], name="budget_old")]

    def __str__(self) -> str:
        return self.scope[:8]
