"""Articles and people in the words of schema.org. An article is a page about a study, and never the study itself: no
evidence level, no rating, and the paper only as what the page cites.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from articles.models import Article, PaperNotice, Reviewer, Topic, citations_of, is_retracted, notices_about
from articles.words import described
from foundation.models import ClinicProfile


def article_graph(article: Article, topics: list[Topic], reviewer: Reviewer | None = None) -> dict[str, Any]:
    """reviewer: of the last review of the whole that holds."""
    url = settings.SITE_URL + article.get_absolute_url()
    page = web_page(article, topics, url)
    if reviewer:
        page["reviewedBy"] = person(reviewer)
    return graph_of(page, organization(), breadcrumbs(article, url))


def graph_of(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@graph": [*nodes]}


def people_graph(people: list[Reviewer]) -> dict[str, Any]:
    return graph_of(organization(), *(person(found) for found in people))


def person(found: Reviewer) -> dict[str, Any]:
    """What the site says of them in words, and no more: no rating, no specialty that nobody typed."""
    url = settings.SITE_URL + found.get_absolute_url()
    return without_empty(
        {
            "@type": "Person",
            "@id": f"{url}#person",
            "name": found.name,
            "url": url,
            "honorificSuffix": found.credentials,
            "description": found.role,
            "knowsLanguage": found.languages,
            "hasCredential": credential(found) if found.registration else {},
            "worksFor": {"@id": f"{settings.SITE_URL}/#clinic"} if found.is_of_the_clinic else {},
        }
    )


def credential(found: Reviewer) -> dict[str, Any]:
    told = {"name": found.registration, "url": found.register_url}
    return without_empty({"@type": "EducationalOccupationalCredential", **told})


def web_page(article: Article, topics: list[Topic], url: str) -> dict[str, Any]:
    content, revision = article.content, article.live_revision
    return without_empty(
        {
            "@type": "MedicalWebPage",
            "@id": url,
            "url": url,
            "name": content["title"],
            "description": described(article),
            "inLanguage": settings.LANGUAGE_CODE,
            "datePublished": day_of(article.published_at),
            "dateModified": day_of(revision.created_at if revision else None),
            "audience": {"@type": "PeopleAudience", "audienceType": "patients and their families"},
            # Only of a review of the whole that holds; nothing else is one.
            "lastReviewed": article.reviewed_on.isoformat() if article.reviewed_on else "",
            "about": [*({"@type": "MedicalEntity", "name": topic.name} for topic in topics), *trials(content)],
            "citation": [paper(citation, article) for citation in citations_of(content)],
            "publisher": {"@id": f"{settings.SITE_URL}/#clinic"},
        }
    )


def day_of(moment: datetime | None) -> str:
    """Where the clinic is, as the page itself says it."""
    return ClinicProfile.objects.current().today(moment).isoformat() if moment else ""


def paper(citation: dict[str, Any], article: Article) -> dict[str, Any]:
    """With what the list of retractions says of it: a machine that reads our page must not take it for sound."""
    about = notices_about(article, citation)
    links = {"doi": "https://doi.org/{}", "pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/"}
    return without_empty(
        {
            "@type": "MedicalScholarlyArticle",
            "name": citation["title"],
            "author": [{"@type": "Person", "name": name} for name in citation.get("authors", [])],
            "isPartOf": without_empty({"@type": "Periodical", "name": citation.get("journal", "")}),
            "datePublished": str(citation.get("year") or ""),
            "sameAs": [link.format(citation[name]) for name, link in links.items() if citation.get(name)],
            "creativeWorkStatus": "Retracted" if is_retracted(about) else "",
            "correction": [correction(notice) for notice in about],
        }
    )


def trials(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Those in the register that the study itself names; of any other trial the page only tells."""
    named = [*content.get("study", {}).get("registrations", []), content.get("citation", {}).get("nct", "")]
    return [
        {"@type": "MedicalTrial", "identifier": number, "sameAs": f"https://clinicaltrials.gov/study/{number}"}
        for number in dict.fromkeys(filter(None, named))
    ]


def correction(notice: PaperNotice) -> dict[str, Any]:
    record = notice.record
    return without_empty(
        {
            "@type": "CorrectionComment",
            "text": record.nature,
            "datePublished": record.noticed_on.isoformat() if record.noticed_on else "",
            "url": f"https://doi.org/{record.notice_doi}" if record.notice_doi else "",
        }
    )


def organization() -> dict[str, Any]:
    clinic = ClinicProfile.objects.current()
    return without_empty(
        {
            "@type": "Organization",
            "@id": f"{settings.SITE_URL}/#clinic",
            "name": str(clinic.name),
            "url": f"{settings.SITE_URL}/",
            "telephone": clinic.phone,
            "email": clinic.email,
            "sameAs": [link.url for link in clinic.links()],
        }
    )


def breadcrumbs(article: Article, url: str) -> dict[str, Any]:
    steps = [(str(ClinicProfile.objects.current().name), "/"), (gettext("Research"), reverse("articles:list"))]
    entries = [*((name, settings.SITE_URL + path) for name, path in steps), (article.content["title"], url)]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": address}
            for number, (name, address) in enumerate(entries, start=1)
        ],
    }


def without_empty(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}
