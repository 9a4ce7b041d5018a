from typing import Any

from django import template

from articles.trust_pages import TrustPage, pages

register = template.Library()


@register.simple_tag
def trust_pages() -> list[TrustPage]:
    return pages()


@register.inclusion_tag("articles/_trust.html")
def trust_links(but: str = "") -> dict[str, Any]:
    """but: the page on which they stand, of which nobody needs to be told."""
    return {"pages": [page for page in pages() if page.name != but]}
