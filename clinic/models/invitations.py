import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.accounts import StaffUser
from foundation.tokens import make_token, read_token

PURPOSE = "invited"
# Over a weekend, and no longer: whoever reads the mail later than that is perhaps not who it is for.
HOLDS = timedelta(days=3)


def holds_until() -> datetime:
    return timezone.now() + HOLDS


class InvitationQuerySet(models.QuerySet["StaffInvitation"]):
    def open(self) -> "InvitationQuerySet":
        """Neither taken nor taken back nor over, of an account that nobody has had yet."""
        waiting = self.filter(taken_at=None, revoked_at=None, expires_at__gt=timezone.now())
        return waiting.filter(account__is_active=False, account__last_login=None)

    def of_token(self, token: str) -> "InvitationQuerySet":
        found = read_token(PURPOSE, token)
        return self.open().filter(uuid=found) if found else self.none()


class StaffInvitation(models.Model):
    """A colleague is asked to come. Their account waits, inactive and without a password, until they set one."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(StaffUser, models.PROTECT, related_name="invitations", verbose_name=_("account"))
    invited_by = models.ForeignKey(StaffUser, models.PROTECT, related_name="+", verbose_name=_("invited by"))
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now)
    expires_at = models.DateTimeField(_("holds until"), default=holds_until)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation of a colleague")
        verbose_name_plural = _("invitations of colleagues")
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="staffinvitation_ends_after_it_began"
            ),
            # Used once, and never what was taken back.
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(revoked_at=None), name="staffinvitation_taken_or_revoked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.invited_at:%Y-%m-%d}"

    @property
    def url(self) -> str:
        """Made anew whenever it is needed: what opens an account stands in no row."""
        return reverse("account_invited", args=[make_token(PURPOSE, self.uuid)])
