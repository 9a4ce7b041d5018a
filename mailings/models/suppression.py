from django.db import models
from django.utils.translation import gettext_lazy as _


class Suppression(models.Model):
    """An address we must not write to, kept as a keyed hash so that it outlives the erasure of the person."""

    class Reason(models.TextChoices):
        NOT_REQUESTED = "not_requested", _("said: I did not ask for this")
        UNSUBSCRIBED = "unsubscribed", _("left the newsletter")
        HARD_BOUNCE = "hard_bounce", _("the address does not exist")
        COMPLAINT = "complaint", _("reported our mail as spam")

    address_hash = models.CharField(_("address hash"), max_length=64)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["address_hash", "reason"], name="suppression_once")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.address_hash[:8]}"
