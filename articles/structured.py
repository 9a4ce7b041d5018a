"""An article as schema.org describes one: our page, which cites a paper that is somebody else's."""

from typing import Any

from django.conf import settings

from articles.models import Article, Nature, PaperNotice, citations_of


def article_data(article: Article, notices: list[PaperNotice]) -> dict[str, Any]:
    content, live = article.content, article.live_revision
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": content["title"],
        "description": content["summary"],
        "url": f"{settings.SITE_URL}{article.get_absolute_url()}",
        "datePublished": article.published_at.isoformat() if article.published_at else None,
        "dateModified": live.created_at.isoformat() if live else None,
        "citation": [paper_data(citation, notices) for citation in citations_of(content)],
    }


def paper_data(citation: dict[str, Any], notices: list[PaperNotice]) -> dict[str, Any]:
    """With what the public list says of it: a machine that reads our page must not take it for sound."""
    doi, pmid = citation.get("doi", "").lower(), citation.get("pmid", "")
    about = [notice for notice in notices if (doi and notice.paper.doi == doi) or (pmid and notice.paper.pmid == pmid)]
    data = {"@type": "ScholarlyArticle", "name": citation["title"], "datePublished": str(citation["year"])}
    if doi:
        data["sameAs"] = f"https://doi.org/{citation['doi']}"
    status = {"creativeWorkStatus": "Retracted"} if is_retracted(about) else {}
    return {**data, **status, **({"correction": [*map(correction_data, about)]} if about else {})}


def is_retracted(notices: list[PaperNotice]) -> bool:
    """The last word counts: a paper may be reinstated."""
    natures = [notice.record.nature for notice in notices]
    last = [nature for nature in natures if nature in (Nature.RETRACTION, Nature.REINSTATEMENT)]
    return last[-1:] == [Nature.RETRACTION]


def correction_data(notice: PaperNotice) -> dict[str, Any]:
    record = notice.record
    data = {"@type": "CorrectionComment", "text": record.nature}
    if record.noticed_on:
        data["datePublished"] = record.noticed_on.isoformat()
    if record.notice_doi:
        data["url"] = f"https://doi.org/{record.notice_doi}"
    return data
