"""The proof of what somebody agreed to: which words, when, and where."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.addresses import AddressField, address_is_lower_case
from foundation.models import ConsentWording


class Consent(models.Model):
    """Somebody agreed to a wording. Kept when the person is erased: it proves that we were allowed to write."""

    class Given(models.TextChoices):
        WEB = "web", _("on the site")
        SPOKEN = "spoken", _("spoken")

    email = AddressField(_("e-mail address"), blank=True, default="", db_index=True)
    # Takes the place of the address when the person is erased: the proof stays, who it was does not.
    address_hash = models.CharField(max_length=64, blank=True, editable=False)
    wording = models.ForeignKey(ConsentWording, models.PROTECT, verbose_name=_("wording"))
    given = models.CharField(_("given"), max_length=10, choices=Given, default=Given.WEB)
    source_path = models.CharField(_("page"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("recorded by")
    )
    given_at = models.DateTimeField(_("given at"), auto_now_add=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]
        # What staff wrote down or brought along, among all that was ticked on the site.
        indexes = [models.Index(fields=["id"], name="consent_by_staff", condition=~models.Q(given="web"))]
        constraints = [address_is_lower_case("consent")]

    def __str__(self) -> str:
        return str(self.wording)
