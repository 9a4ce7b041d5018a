from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.actions.notices import open_notices
from articles.models import Article, ArticlePaper, Paper, citations_of, named_in

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
    """Writes down which papers the published text cites, in their order, and which it links to; each once."""
    cited = [paper for citation in citations_of(content) if (paper := paper_of(citation))]
    papers = list(dict.fromkeys([*cited, *map(paper_named, named_in(content))]))
    open_notices(Paper.objects.filter(pk__in=[paper.pk for paper in papers]))
    article.cited.all().delete()
    ArticlePaper.objects.bulk_create(
        ArticlePaper(article=article, paper=paper, position=position) for position, paper in enumerate(papers)
    )


def paper_named(number: tuple[str, str]) -> Paper:
    """The row of a DOI or PMID of which the article says no more than that; its title is this, until one cites it."""
    name, value = number
    return Paper.objects.of(**{name: value}) or Paper.objects.create(**{name: value, "title": value})


@transaction.atomic
def watch_named_papers() -> None:
    """Of what was published before links were looked at; where nothing is missing it writes nothing."""
    for article in Article.objects.filter(live_revision__isnull=False).select_related("live_revision"):
        known = {number for row in article.cited.select_related("paper") for number in (row.paper.doi, row.paper.pmid)}
        missing = [paper_named(number) for number in named_in(article.content) if number[1] not in known]
        position = article.cited.count()
        ArticlePaper.objects.bulk_create(
            (ArticlePaper(article=article, paper=paper, position=position + n) for n, paper in enumerate(missing)),
            ignore_conflicts=True,
        )
