import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.revisions import ArticleRevision
from foundation.tokens import make_token, read_token

# An author abroad reads it within a week or two; what went round for longer is forgotten somewhere.
PREVIEW_LINK_DAYS = 14
PURPOSE = "article-preview"


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def open(self) -> "PreviewLinkQuerySet":
        """By the clock of Postgres: a host's own may be late."""
        return self.filter(revoked_at=None, expires_at__gt=Now())

    def by_token(self, token: str) -> "PreviewLinkQuerySet":
        """None at all for whatever we did not sign."""
        identifier = read_token(PURPOSE, token)
        return self.filter(uuid=identifier) if identifier else self.none()


class PreviewLink(models.Model):
    """Shows one revision to whoever has it, and no later one: what they say of it is said of that one."""

    uuid = models.UUIDField(_("uuid"), unique=True, default=uuid.uuid4, editable=False)
    revision = models.ForeignKey(ArticleRevision, models.PROTECT, related_name="previews", verbose_name=_("revision"))
    expires_at = models.DateTimeField(_("ends at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="preview_links", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made at"), db_default=Now())
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="preview_links_taken_back",
        verbose_name=_("taken back by"),
    )

    objects: Any = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="previewlink_taken_back_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.uuid}"

    def get_absolute_url(self) -> str:
        return reverse("articles:preview", args=[make_token(PURPOSE, self.uuid)])

    def full_url(self) -> str:
        return f"{settings.SITE_URL}{self.get_absolute_url()}"


def ends_at() -> Any:
    return Now() + timedelta(days=PREVIEW_LINK_DAYS)
