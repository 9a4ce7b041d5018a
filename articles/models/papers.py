from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Paper(models.Model):
    """The study that an article is about; one row per DOI."""

    doi = models.CharField("DOI", max_length=200, unique=True)
    pmid = models.CharField("PMID", max_length=20, blank=True)
    pmcid = models.CharField("PMCID", max_length=20, blank=True)
    title = models.TextField(_("title"))
    journal = models.CharField(_("journal"), max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-year", "title"]
        constraints = [
            # DOIs are compared without case; stored in one case they cannot stand twice.
            models.CheckConstraint(condition=Q(doi=models.functions.Lower("doi")), name="paper_doi_lower_case")
        ]

    def __str__(self) -> str:
        return self.title
