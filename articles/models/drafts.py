from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class Draft(models.Model):
    """What somebody typed into the editor and has not saved: theirs alone, and no revision. Nothing reads it but the
    editor of whoever typed it; saving forgets it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="drafts", verbose_name=_("article"))
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("typed by"))
    # As the form posted it, urlencoded, whatever it lacks: half a DOI is worth keeping, too.
    fields = models.TextField(_("fields"))
    begun_from = models.PositiveIntegerField(_("begun from revision"))
    kept_at = models.DateTimeField(_("kept at"), db_default=Now())

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["article", "account"], name="draft_one_a_writer")]

    def __str__(self) -> str:
        return f"{self.article} {self.account}"
