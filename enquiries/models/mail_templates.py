"""What staff may mail to a lead: templates that were approved word by word, and which of them went to whom."""

import hashlib
import re
from typing import Any

from django.conf import global_settings, settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries.models.leads import Lead
from mailings.models import OutgoingEmail

# All that a template may leave open; enquiries.emails fills them in. A set this small cannot reach into a record.
PLACEHOLDERS = ("name", "clinic", "sender", "phone")
PLACEHOLDER = re.compile(rf"\{{({'|'.join(PLACEHOLDERS)})\}}")
BRACES = re.compile(r"\{[^{}]*\}?|\}")


def languages() -> list[tuple[str, Any]]:
    """All that Django can name: clinics write in more languages than their site speaks."""
    return sorted(
        ((code, gettext_lazy(name)) for code, name in global_settings.LANGUAGES), key=lambda pair: str(pair[1])
    )


def check_placeholders(text: str) -> None:
    """Raises ValidationError for a brace that would go out as it stands."""
    odd = BRACES.search(PLACEHOLDER.sub("", text))
    if odd:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValidationError(
            _("“%(odd)s” is no placeholder. There are only %(known)s.") % {"odd": odd[0][:40], "known": known}
        )


class MailTemplateQuerySet(models.QuerySet["MailTemplate"]):
    def approved(self) -> "MailTemplateQuerySet":
        """What may be sent now."""
        return self.filter(approved_at__isnull=False, retired_at=None)


class MailTemplate(models.Model):
    """One edition of a template. Once approved it never changes; it can only be retired (a trigger says so)."""

    name = models.CharField(gettext_lazy("name"), max_length=100)
    number = models.PositiveIntegerField(gettext_lazy("edition"), default=1, editable=False)
    language = models.CharField(
        gettext_lazy("language"),
        max_length=20,
        blank=True,
        choices=languages,
        help_text=gettext_lazy("Leave it empty for the language of the site."),
    )
    subject = models.CharField(gettext_lazy("subject"), max_length=150)
    body = models.TextField(
        gettext_lazy("text"),
        max_length=10_000,
        help_text=gettext_lazy("An empty line begins a new paragraph. Name, address and hours of the clinic follow."),
    )
    approved_at = models.DateTimeField(gettext_lazy("approved at"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=gettext_lazy("approved by"),
    )
    retired_at = models.DateTimeField(gettext_lazy("retired at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(gettext_lazy("made at"), auto_now_add=True)

    objects = MailTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("mail template")
        verbose_name_plural = gettext_lazy("mail templates")
        ordering = ["name", "-number"]
        permissions = [("approve_mailtemplate", gettext_lazy("Can approve mail templates"))]
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="mailtemplate_number_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(subject="") & ~Q(body=""), name="mailtemplate_not_empty"),
            # The templates that a new site opens with were approved by nobody who has an account.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(approved_at__isnull=False),
                name="mailtemplate_approval_has_time",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(approved_at__isnull=False),
                name="mailtemplate_retired_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for field in ("subject", "body"):
            try:
                check_placeholders(getattr(self, field))
            except ValidationError as error:
                raise ValidationError({field: error}) from error

    @property
    def fingerprint(self) -> str:
        """Of all that is approved with it, so that nobody approves other words than they looked at."""
        words = (self.name, self.language, self.subject, self.body)
        return hashlib.sha256("\0".join(words).encode()).hexdigest()

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None and self.retired_at is None


class LeadMail(models.Model):
    """A template that went to a lead. Of the person it says no more than that."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="mails", verbose_name=gettext_lazy("lead"))
    template = models.ForeignKey(
        MailTemplate, models.PROTECT, related_name="mails", verbose_name=gettext_lazy("template")
    )
    outgoing = models.OneToOneField(
        OutgoingEmail, models.PROTECT, related_name="lead_mail", verbose_name=gettext_lazy("mail")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("by"))
    created_at = models.DateTimeField(gettext_lazy("queued at"), auto_now_add=True)

    class Meta:
        verbose_name = gettext_lazy("mail to a lead")
        verbose_name_plural = gettext_lazy("mails to leads")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.template} → {self.lead}"
