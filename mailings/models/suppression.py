from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailings.models.why import Why


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def standing(self) -> "SuppressionQuerySet":
        return self.filter(lifted_at=None)

    def said_by_servers(self, since: datetime, until: datetime) -> "SuppressionQuerySet":
        """Between two moments, and standing still."""
        return self.standing().filter(
            reason=Suppression.Reason.HARD_BOUNCE, created_at__gte=since, created_at__lte=until
        )

    def stopping_everything(self) -> "SuppressionQuerySet":
        """By what is left out, so that a reason which only the next version knows stops everything, too."""
        return self.standing().exclude(reason__in=Suppression.STOPS_NEWSLETTER_ONLY)


class Suppression(models.Model):
    """An address we must not write to, kept as a keyed hash so that it outlives the erasure of the person."""

    class Reason(models.TextChoices):
        NOT_REQUESTED = "not_requested", _("said: I did not ask for this")
        UNSUBSCRIBED = "unsubscribed", _("left the newsletter")
        HARD_BOUNCE = "hard_bounce", _("the address does not exist")
        COMPLAINT = "complaint", _("reported our mail as spam")
        ASKED_TO_STOP = "asked_to_stop", _("asked us to stop")
        COMES_BACK = "comes_back", _("our mail keeps coming back")

    # The newsletter only: a packet that the same person asks for, and what staff write, still tries.
    STOPS_NEWSLETTER_ONLY = (Reason.UNSUBSCRIBED, Reason.COMES_BACK)
    # By servers and lists; its owner never said a word.
    CALLED_DEAD = (Reason.HARD_BOUNCE, Reason.COMES_BACK)

    address_hash = models.CharField(_("address hash"), max_length=64)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    # Mail servers err, and people ask after all: staff may lift it, and it stays here as history.
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("lifted by")
    )

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "reason"], condition=models.Q(lifted_at=None), name="suppression_stands_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.address_hash[:8]}"

    @property
    def why(self) -> Why:
        """What is said of its address."""
        return Why(self.reason) if self.reason in Why.values else Why.SUPPRESSED
