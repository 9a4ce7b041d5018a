from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.citations.identifiers import find_all


class PaperQuerySet(models.QuerySet["Paper"]):
    def of(self, *, doi: str = "", pmid: str = "") -> "Paper | None":
        """The row of this DOI; else the one that was known by its PMID alone."""
        found = self.filter(doi=doi.lower()).first() if doi else None
        return found or (self.filter(pmid=pmid, **({"doi": None} if doi else {})).first() if pmid else None)


class Paper(models.Model):
    """A study that articles are about or tell of; one row per DOI, or per PMID where there is no DOI."""

    doi = models.CharField("DOI", max_length=200, unique=True, null=True, blank=True)
    pmid = models.CharField("PMID", max_length=20, blank=True)
    pmcid = models.CharField("PMCID", max_length=20, blank=True)
    nct = models.CharField(_("trial registration"), max_length=11, blank=True, db_default="")
    authors = models.JSONField(_("authors"), default=list, db_default=models.Value([], models.JSONField()), blank=True)
    authors_truncated = models.BooleanField(_("there are more authors"), default=False, db_default=False)
    title = models.TextField(_("title"))
    journal = models.CharField(_("journal"), max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    volume = models.CharField(_("volume"), max_length=400, blank=True, db_default="")
    issue = models.CharField(_("issue"), max_length=400, blank=True, db_default="")
    pages = models.CharField(_("pages or article number"), max_length=400, blank=True, db_default="")

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-year", "title"]
        constraints = [
            # DOIs are compared without case; stored in one case they cannot stand twice.
            models.CheckConstraint(condition=Q(doi=models.functions.Lower("doi")), name="paper_doi_lower_case"),
            # Otherwise a paper without a DOI would be a new row each time that an article is published.
            models.UniqueConstraint(fields=["pmid"], condition=Q(doi=None), name="paper_pmid_once"),
            # Nothing else says which paper it is.
            models.CheckConstraint(condition=~Q(doi=None) | ~Q(pmid=""), name="paper_is_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def has_title(self) -> bool:
        """Of one that was only linked to, nobody has said more than its number."""
        return self.title not in (self.doi, self.pmid)

    def is_named_by(self, citation: dict[str, Any]) -> bool:
        """By what it is one row of. A PMID alone names no paper with a DOI: it may be another one's, mistyped here."""
        doi = citation.get("doi", "").lower() or None
        return self.doi == doi and (doi is not None or self.pmid == citation.get("pmid"))

    def clean(self) -> None:
        self.doi = (self.doi or "").lower() or None


class ArticlePaper(models.Model):
    """Which papers the published text of an article names, so that all are held against the list of retractions.

    At position 0 stands the one that it is about; behind those that it cites, what stands in its links alone.
    """

    article = models.ForeignKey("Article", models.CASCADE, related_name="cited", verbose_name=_("article"))
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="cited_by", verbose_name=_("paper"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("cited paper")
        verbose_name_plural = _("cited papers")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "paper"], name="articlepaper_once"),
            models.UniqueConstraint(fields=["article", "position"], name="articlepaper_one_a_position"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.position}"


def named_in(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Each DOI and PMID that stands anywhere in an article, in its texts, its links and its newer evidence."""
    found = [(name, value) for text in texts_of(content) for name in ("doi", "pmid") for value in find_all(name, text)]
    longest = Paper._meta.get_field("doi").max_length
    return list(dict.fromkeys((name, value.lower()) for name, value in found if len(value) <= (longest or 0)))


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_of(part)


def citations_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The paper that an article is about, then the further ones."""
    first = content.get("citation")
    return [*([first] if first else []), *content.get("further_papers", [])]
