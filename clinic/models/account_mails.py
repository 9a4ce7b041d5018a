from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.models.accounts import StaffUser
from clinic.models.audit import AuditEvent
from mailings.models import OutgoingEmail


class AccountMail(models.Model):
    """A mail to the owner of an account, and the act that it is about."""

    outgoing = models.OneToOneField(OutgoingEmail, models.PROTECT, related_name="account_mail", verbose_name=_("mail"))
    account = models.ForeignKey(StaffUser, models.PROTECT, related_name="mails", verbose_name=_("account"))
    # Unknown of the links for a new password that were asked for before this row came to be.
    event = models.ForeignKey(
        AuditEvent, models.PROTECT, null=True, blank=True, related_name="mails", verbose_name=_("act")
    )

    class Meta:
        verbose_name = _("mail about an account")
        verbose_name_plural = _("mails about accounts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.outgoing} → {self.account}"
