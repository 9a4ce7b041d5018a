"""The mail of a morning, for each colleague who wants it: that it was written for a day, and who wants it."""

from django.conf import settings
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.staff import staff_with
from mailings.models import OutgoingEmail


class DigestReader(models.Model):
    """An account that wants it; one without a row does not."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+", verbose_name=_("account")
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.account)


def digest_readers() -> QuerySet:
    """Those who still work here and may see leads."""
    return staff_with("enquiries.view_lead").filter(pk__in=DigestReader.objects.values("account"))


class Digest(models.Model):
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("account"))
    # Where the clinic is.
    day = models.DateField(_("day"))
    outgoing = models.OneToOneField(OutgoingEmail, models.PROTECT, related_name="digest", verbose_name=_("mail"))

    class Meta:
        default_permissions = ()
        constraints = [
            # However often the clock of the jobs begins anew.
            models.UniqueConstraint(fields=["account", "day"], name="digest_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.day}"
