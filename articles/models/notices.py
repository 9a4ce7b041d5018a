"""What the public list of retractions says, and which of our papers it speaks of."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article, ArticleQuerySet
from articles.models.papers import ArticlePaper, Paper
from articles.models.revisions import ArticleRevision


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
    # None: loaded before lists were kept.
    listed_in = models.ForeignKey(
        "RetractionList",
        models.PROTECT,
        null=True,
        blank=True,
        # Loading a list asks for all that is not in it, and nobody else by it.
        db_index=False,
        related_name="+",
        verbose_name=_("last list that has it"),
    )
    # The first whole list without it, until one has it again.
    gone_from = models.ForeignKey(
        "RetractionList",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("list that lacks it"),
    )

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
        return title_of(self.paper, self.record)


class LiftedNotice(models.Model):
    """That a page no longer says what the list said: whoever took a warning off stands by it. Append-only."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="lifted_notices", verbose_name=_("article"))
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="lifted_notices", verbose_name=_("paper"))
    record = models.ForeignKey(
        RetractionRecord, models.PROTECT, related_name="lifted_notices", verbose_name=_("record")
    )
    # What was published when the record no longer fitted; none: the list itself changed, and `ruling` if it left it.
    revision = models.ForeignKey(
        ArticleRevision,
        models.PROTECT,
        null=True,
        blank=True,
        # Nobody asks what one of them took off.
        db_index=False,
        related_name="lifted_notices",
        verbose_name=_("revision"),
    )
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("taken off by")
    )
    lifted_at = models.DateTimeField(_("taken off at"), auto_now_add=True)
    ruling = models.ForeignKey(
        "GoneRuling",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="lifted_notices",
        verbose_name=_("decision"),
    )

    class Meta:
        verbose_name = _("notice that was taken off")
        verbose_name_plural = _("notices that were taken off")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.record}"

    @property
    def title(self) -> str:
        return title_of(self.paper, self.record)


def title_of(paper: Paper, record: RetractionRecord) -> str:
    """Of the paper; as the list has it where nobody here has said it."""
    return paper.title if paper.has_title() else record.title or paper.title


def knowing_of_notices(articles: ArticleQuerySet) -> ArticleQuerySet:
    """For `with_notices`: of most papers the list says nothing, and then nothing more is asked."""
    return articles.annotate(has_notices=Exists(PaperNotice.objects.filter(paper__cited_by__article=OuterRef("pk"))))


def with_notices(articles: Iterable[Article]) -> list[Article]:
    """The same articles, each with what the list says of its papers: one question for all of them."""
    found = list(articles)
    of = {article.pk: vars(article).setdefault("found_notices", []) for article in found}
    asked = [article for article in found if vars(article).get("has_notices", True)]
    if not asked:
        return found
    notices = PaperNotice.objects.filter(paper__cited_by__article__in=asked).select_related("record", "paper")
    named = notices.annotate(article=F("paper__cited_by__article"), place=F("paper__cited_by__position"))
    # What has no date is the least: a reinstatement with a date takes it back, as newsletter_stops has it.
    for notice in named.order_by("place", F("record__noticed_on").asc(nulls_first=True), "pk"):
        of[notice.article].append(notice)
    return found


def notices_of(article: Any) -> list[PaperNotice]:
    """Of an article out of `with_notices`, in the order of its papers and then of their dates."""
    return article.found_notices


def notices_about(article: Any, citation: dict[str, Any]) -> list[PaperNotice]:
    """Those of `notices_of` that speak of this one of its papers."""
    return [notice for notice in notices_of(article) if _is_about(notice.paper, citation)]


def _is_about(paper: Paper, citation: dict[str, Any]) -> bool:
    doi, pmid = citation.get("doi", "").lower(), citation.get("pmid")
    return bool(doi and paper.doi == doi) or bool(pmid and paper.pmid == pmid)


def by_paper(article: Any) -> list[list[PaperNotice]]:
    """Those of `notices_of`, each paper's together."""
    found: dict[int, list[PaperNotice]] = {}
    for notice in notices_of(article):
        found.setdefault(notice.paper_id, []).append(notice)
    return list(found.values())


def last_word(notices: Iterable[PaperNotice]) -> PaperNotice | None:
    """What of the notices of one paper holds against it: it may be reinstated, and a retraction outlasts a concern."""
    last: PaperNotice | None = None
    for notice in notices:
        nature = notice.record.nature
        if nature == Nature.REINSTATEMENT:
            last = None
        elif nature == Nature.RETRACTION or (nature == Nature.CONCERN and not (last and is_retracted([last]))):
            last = notice
    return last


def is_retracted(notices: Iterable[PaperNotice]) -> bool:
    last = last_word(notices)
    return last is not None and last.record.nature == Nature.RETRACTION


def rests_on_retracted(article: Any) -> bool:
    """Whether any paper of an article out of `with_notices` is retracted."""
    return any(map(is_retracted, by_paper(article)))


def without_taken_back(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Without what was overturned or rests on a retracted paper: by its bare title nobody should be sent there."""
    said = PaperNotice.objects.filter(
        paper=OuterRef("paper"), record__nature__in=(Nature.RETRACTION, Nature.REINSTATEMENT)
    )
    last = said.order_by(F("record__noticed_on").desc(nulls_last=True), "-pk").values("record__nature")[:1]
    cited = ArticlePaper.objects.filter(article=OuterRef("pk")).annotate(said=Subquery(last))
    overturned = Article.objects.filter(
        pk=OuterRef("pk"), live_revision__content__newer_evidence__contains=[{"effect": "overturns"}]
    )
    return articles.exclude(Exists(cited.filter(said=Nature.RETRACTION))).exclude(Exists(overturned))
