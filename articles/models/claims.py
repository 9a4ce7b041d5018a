from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.models.revisions import ArticleRevision


class ClaimOverrideQuerySet(models.QuerySet["ClaimOverride"]):
    def of(self, article: Article) -> "ClaimOverrideQuerySet":
        """Of a passage as it stands, whatever was saved around it since."""
        return self.filter(revision__article=article)


class ClaimOverride(models.Model):
    """Somebody answers by name for a passage that a rule of the claims lint stops. Append-only."""

    # The newest one when it was said.
    revision = models.ForeignKey(ArticleRevision, models.PROTECT, related_name="overrides", verbose_name=_("revision"))
    # The name of its file in claims/rules.
    rule = models.CharField(_("rule"), max_length=40)
    # Without its markup, as the lint quotes it.
    passage = models.TextField(_("passage"), blank=True)
    reason = models.TextField(_("reason"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("said by"))
    created_at = models.DateTimeField(_("said at"), auto_now_add=True)

    objects: Any = ClaimOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("override of a claims rule")
        verbose_name_plural = _("overrides of claims rules")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="claimoverride_says_why")]

    def __str__(self) -> str:
        return f"{self.revision} {self.rule}"
