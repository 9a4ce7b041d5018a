from typing import Any

from articles.models import Paper


def paper_of(citation: dict[str, Any]) -> Paper | None:
    """The one row of this DOI; a paper without a DOI stands in the citation alone."""
    if "doi" not in citation:
        return None
    fields = ("pmid", "pmcid", "title", "journal", "year")
    facts = {field: citation[field] for field in fields if field in citation}
    doi = citation["doi"].lower()
    Paper(doi=doi, **facts).clean_fields()
    return Paper.objects.update_or_create(doi=doi, defaults=facts)[0]
