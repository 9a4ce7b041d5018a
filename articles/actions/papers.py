from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from articles.actions.notices import open_notices
from articles.models import Article, ArticlePaper, Paper, citations_of

COLUMNS = (
    "pmid", "pmcid", "nct", "authors", "authors_truncated", "title", "journal", "year", "volume", "issue", "pages",
)  # fmt: skip


def paper_of(citation: dict[str, Any]) -> Paper | None:
    """The one row of this DOI or PMID; a paper with neither stands in the citation alone.

    Raises ValidationError for what no column holds, and for a PMID that another DOI has.
    """
    doi, pmid = citation.get("doi", "").lower(), citation.get("pmid", "")
    if not (doi or pmid):
        return None
    if doi and (other := Paper.objects.filter(pmid=pmid).exclude(doi=doi).exclude(pmid="").exclude(doi=None).first()):
        raise ValidationError(
            _("The PMID %(pmid)s belongs to another paper, with the DOI %(doi)s. One of the two is mistyped.")
            % {"pmid": pmid, "doi": other.doi}
        )
    paper = Paper.objects.of(doi=doi, pmid=pmid) or Paper()
    for name in COLUMNS:
        if name in citation:
            setattr(paper, name, citation[name])
    paper.doi = doi or paper.doi
    paper.clean_fields()
    paper.save()
    return paper


def note_papers(article: Article, content: dict[str, Any]) -> None:
    """Writes down which papers the published text cites, in their order; each once."""
    found = [paper for citation in citations_of(content) if (paper := paper_of(citation))]
    papers = list(dict.fromkeys(found))
    open_notices(Paper.objects.filter(pk__in=[paper.pk for paper in papers]))
    article.cited.all().delete()
    ArticlePaper.objects.bulk_create(
        ArticlePaper(article=article, paper=paper, position=position) for position, paper in enumerate(papers)
    )
