"""What the public list of retractions says, and which of our papers it speaks of."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
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

    @property
    def title(self) -> str:
        """Of the paper; as the list has it where nobody here has said it."""
        return self.paper.title if self.paper.has_title() else self.record.title or self.paper.title


def with_notices(articles: Iterable[Article]) -> list[Article]:
    """The same articles, each with what the list says of its papers: one question for all of them."""
    found = list(articles)
    of = {article.pk: vars(article).setdefault("found_notices", []) for article in found}
    notices = PaperNotice.objects.filter(paper__cited_by__article__in=found).select_related("record", "paper")
    named = notices.annotate(article=F("paper__cited_by__article"), place=F("paper__cited_by__position"))
    for notice in named.order_by("place", "record__noticed_on", "pk"):
        of[notice.article].append(notice)
    return found


def notices_of(article: Any) -> list[PaperNotice]:
    """Of an article out of `with_notices`, in the order of its papers and then of their dates."""
    return article.found_notices


def is_retracted(notices: Iterable[PaperNotice]) -> bool:
    """Of the notices of one paper the last word counts: it may be reinstated."""
    natures = [notice.record.nature for notice in notices]
    last = [nature for nature in natures if nature in (Nature.RETRACTION, Nature.REINSTATEMENT)]
    return last[-1:] == [Nature.RETRACTION]


def rests_on_retracted(article: Any) -> bool:
    """Whether any paper of an article out of `with_notices` is retracted."""
    found = notices_of(article)
    papers = {notice.paper_id for notice in found}
    return any(is_retracted(notice for notice in found if notice.paper_id == paper) for paper in papers)
