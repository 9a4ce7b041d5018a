"""Whether mail can leave at all."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.prepared import Rows


class ChannelManager(models.Manager["Channel"]):
    def now(self) -> "Channel":
        """The one row; an unsaved one before anything went wrong."""
        return CHANNEL.first() or Channel(pk=1)


class Channel(models.Model):
    """The way to the mail server, one row. Paused, it waits for a person; after trouble, it tries again by itself."""

    class Reason(models.TextChoices):
        SIGN_IN = "sign_in", _("The mail server does not accept our user name and password.")
        SENDER = "sender", _("The mail server does not let us send from our address.")
        POLICY = "policy", _("The mail servers of several recipients refuse our mail as unwanted.")
        REFUSED = "refused", _("The mail server refuses to talk to us.")
        SETTINGS = "settings", _("The mail server does not work in the way that EMAIL_URL says.")

    WHAT_TO_DO = {
        Reason.SIGN_IN: _("Check user name and password in EMAIL_URL, then resume."),
        Reason.SENDER: _("Check FROM_EMAIL and BOUNCE_ADDRESS with whoever runs the mail server, then resume."),
        Reason.POLICY: _(
            "Check SPF, DKIM and DMARC of the sending domain, and whether it stands on a block list, before you resume."
        ),
        Reason.REFUSED: _("Ask whoever runs the mail server why, then resume."),
        Reason.SETTINGS: _("Check host, port and encryption in EMAIL_URL, then resume."),
    }

    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    reply = models.TextField(_("reply"), blank=True)
    # Since then nothing went out; each failure in a row makes the next try wait longer.
    failing_since = models.DateTimeField(_("in trouble since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    retry_at = models.DateTimeField(_("next try"), null=True, blank=True)
    resumed_at = models.DateTimeField(_("resumed at"), null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("resumed by")
    )

    objects = ChannelManager()

    class Meta:
        verbose_name = _("mail channel")
        verbose_name_plural = _("mail channel")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="channel_one_row"),
            models.CheckConstraint(condition=Q(paused_at=None) | ~Q(reason=""), name="channel_paused_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def is_open(self, now: datetime) -> bool:
        return self.paused_at is None and not self.is_holding_off(now)

    def is_holding_off(self, now: datetime) -> bool:
        """A clock that was set back would make the wait endless; none is longer than the last of these."""
        longest = timedelta(seconds=settings.MAIL_HOLD_OFF_SECONDS[-1])
        return self.retry_at is not None and now < self.retry_at <= now + longest

    def next_wait(self) -> timedelta:
        """How long to wait after one more failure."""
        waits = settings.MAIL_HOLD_OFF_SECONDS
        return timedelta(seconds=waits[min(self.failures, len(waits) - 1)])

    @property
    def what_to_do(self) -> Any:
        return self.WHAT_TO_DO.get(Channel.Reason(self.reason), "") if self.reason else ""


CHANNEL = Rows(lambda: Channel.objects.filter(pk=1))
