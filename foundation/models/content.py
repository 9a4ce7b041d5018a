from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContentVersion(models.Model):
    """One row, moved by triggers with whatever public pages show. Read by foundation.outage, written by nobody else."""

    version = models.UUIDField(_("version"))
    # Moves only with what stands on every page.
    frame = models.UUIDField(_("frame"))
    moved_at = models.DateTimeField(_("moved at"))

    class Meta:
        verbose_name = _("content version")
        verbose_name_plural = _("content versions")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="contentversion_one_row")]

    def __str__(self) -> str:
        return str(self.version)


class Changes(dict[str, datetime]):
    """By what it is, when it changed last."""

    # What stands around each page, and on some of them is most of it.
    DETAILS = (
        *("name", "tagline", "notice", "phone", "email", "postal_address", "hours", "time_zone", "footer_notice"),
        "social_links",
    )

    def of(self, *subjects: str) -> datetime | None:
        """The newest of these. What did not change since they are written down did not change since then."""
        beginning = self.get(ContentChange.BEGINNING)
        return max(filter(None, (self.get(subject, beginning) for subject in subjects)), default=None)

    def of_page(self, *subjects: str, details: tuple[str, ...] = ()) -> datetime | None:
        """Of a page that shows these, and these fields of the clinic's details."""
        fields = (f"articles_clinicprofile.{name}" for name in (*self.DETAILS, *details))
        return self.of("articles_openinghours", *fields, *subjects)


class ContentChangeManager(models.Manager["ContentChange"]):
    def known(self) -> Changes:
        return Changes(self.values_list("subject", "changed_at"))


class ContentChange(models.Model):
    """When what public pages show became other last. Written by triggers, and by nobody else.

    Whole tables by their name, a row of them with its number behind it, a column of the clinic's details with its name.
    """

    # Since when this is written down.
    BEGINNING = ""

    subject = models.CharField(_("what"), max_length=100, primary_key=True)
    changed_at = models.DateTimeField(_("changed at"))

    objects = ContentChangeManager()

    class Meta:
        default_permissions = ()
        verbose_name = _("change of the content")
        verbose_name_plural = _("changes of the content")

    def __str__(self) -> str:
        return self.subject
