"""What the public list of retractions says, and which of our papers it speaks of."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.models.papers import Paper


class Nature(models.TextChoices):
    RETRACTION = "retraction", _("retraction")
    CONCERN = "concern", _("expression of concern")
    CORRECTION = "correction", _("correction")
    REINSTATEMENT = "reinstatement", _("reinstatement")


class RetractionRecord(models.Model):
    """One row of the list as it was loaded last; kept whole, so that a paper of tomorrow is held against it, too."""

    record_id = models.CharField(_("record"), max_length=20, primary_key=True)
    nature = models.CharField(_("nature"), max_length=20, choices=Nature)
    title = models.TextField(_("title"), blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True)
    pmid = models.CharField("PMID", max_length=20, blank=True)
    notice_doi = models.CharField(_("DOI of the notice"), max_length=200, blank=True)
    noticed_on = models.DateField(_("date of the notice"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("record of the retraction list")
        verbose_name_plural = _("records of the retraction list")
        indexes = [
            # The list has some sixty thousand rows, and each publishing asks for a few of them.
            models.Index(fields=["doi"], name="retractionrecord_doi"),
            models.Index(fields=["pmid"], name="retractionrecord_pmid"),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()}: {self.title}"


class PaperNotice(models.Model):
    """That a record speaks of a paper of ours: shown to readers from then on, and work until somebody has looked."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="notices", verbose_name=_("paper"))
    record = models.ForeignKey(RetractionRecord, models.PROTECT, related_name="notices", verbose_name=_("record"))
    opened_at = models.DateTimeField(_("found at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("looked at by")
    )

    class Meta:
        verbose_name = _("notice about a paper")
        verbose_name_plural = _("notices about papers")
        ordering = ["record__noticed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "record"], name="papernotice_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="papernotice_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record}"


def with_notices(articles: models.QuerySet[Article]) -> models.QuerySet[Article]:
    notices = PaperNotice.objects.select_related("record")
    return articles.prefetch_related(
        "cited__paper", models.Prefetch("cited__paper__notices", notices, to_attr="found_notices")
    )


def notices_of(article: Any) -> list[PaperNotice]:
    """Of an article out of `with_notices`, in the order of its papers and then of their dates."""
    return [notice for cited in article.cited.all() for notice in cited.paper.found_notices]
