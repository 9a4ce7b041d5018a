from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from articles.actions.notices import note_lifted, open_notices
from articles.models import Article, ArticlePaper, Paper, PaperNotice, citations_of, named_in

COLUMNS = (
    "pmid", "pmcid", "nct", "authors", "authors_truncated", "title", "journal", "year", "volume", "issue", "pages",
)  # fmt: skip

# By these a row of the list of retractions, or a register, is found: a wrong one speaks of another paper.
NUMBERS = ("pmid", "pmcid", "nct")


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
    before = paper.pmid
    for name in COLUMNS:
        if name in citation:
            setattr(paper, name, citation[name])
    paper.doi = doi or paper.doi
    paper.clean_fields()
    paper.save()
    if before and before != paper.pmid:
        _part_from(paper, before)
    return paper


def _part_from(paper: Paper, pmid: str) -> None:
    """Whoever named it by a PMID alone that it no longer has means another paper, and is warned of that one."""
    for cited in ArticlePaper.objects.filter(paper=paper).select_related("article__live_revision"):
        citations = citations_of(cited.article.content)
        alone = [found for found in citations if not found.get("doi") and found.get("pmid") == pmid]
        if not alone or any(paper.is_named_by(found) for found in citations):
            continue
        own = paper_of(alone[0])
        ArticlePaper.objects.filter(pk=cited.pk).update(paper=own)
        Article.objects.filter(pk=cited.article_id, paper=paper).update(paper=own)
        open_notices(Paper.objects.filter(cited_by=cited))


def _forget_numbers(paper: Paper, article: Article, content: dict[str, Any]) -> None:
    """Those that no article which is read gives it any more: mistyped, they speak of another paper."""
    here = _told_of(paper, [content])
    unsaid = [name for name in NUMBERS if getattr(paper, name) not in ["", *(told.get(name) for told in here)]]
    # Who names it by a PMID alone says nothing of what its DOI goes with.
    if not (here and unsaid):
        return
    others = Article.objects.filter(state=Article.State.PUBLISHED, cited__paper=paper).exclude(pk=article.pk)
    there = _told_of(paper, [other.content for other in others.select_related("live_revision")])
    pmid = paper.pmid
    for name in unsaid:
        if getattr(paper, name) not in [told.get(name) for told in there]:
            setattr(paper, name, "")
    paper.save(update_fields=unsaid)
    if pmid != paper.pmid:
        _part_from(paper, pmid)


def _told_of(paper: Paper, contents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [told for content in contents for told in citations_of(content) if paper.is_named_by(told)]


def note_papers(article: Article, content: dict[str, Any]) -> None:
    """Writes down which papers the published text cites, in their order, and which it links to; each once."""
    cited = list(dict.fromkeys(paper for citation in citations_of(content) if (paper := paper_of(citation))))
    for paper in cited:
        _forget_numbers(paper, article, content)
    papers = list(dict.fromkeys([*cited, *map(paper_named, named_in(content))]))
    who: dict[str, Any] = {"revision": article.live_revision, "account": article.changed_by}
    open_notices(Paper.objects.filter(pk__in=[paper.pk for paper in papers]), **who)
    left = PaperNotice.objects.filter(paper__cited_by__article=article).exclude(paper__in=papers)
    note_lifted(article.pk, left, **who)
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
