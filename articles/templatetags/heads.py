"""What the head of a page says to machines."""

import json
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles.cards import HEIGHT, WIDTH
from articles.graph import article_graph, graph_of, organization, people_graph
from articles.sharing import card_of, card_path

register = template.Library()


@register.simple_tag(takes_context=True)
def canonical(context: dict[str, Any]) -> SafeString:
    """The one address of a page, whatever campaign or reader brought somebody to another; lists have several pages."""
    page = context.get("page")
    number = getattr(page, "number", 1)
    query = f"?page={number}" if number > 1 else ""
    return format_html('<link rel="canonical" href="{}{}{}">', settings.SITE_URL, context["request"].path, query)


@register.simple_tag(takes_context=True)
def graph(context: dict[str, Any]) -> SafeString:
    review = context.get("review")
    return as_data(article_graph(context["article"], context["topics"], review.reviewer if review else None))


@register.simple_tag
def graph_of_clinic() -> SafeString:
    return as_data(graph_of(organization()))


@register.simple_tag
def graph_of_people(people: list[Any]) -> SafeString:
    return as_data(people_graph(people))


def as_data(found: dict[str, Any]) -> SafeString:
    """As JSON-LD, which is data: no script runs, and no text in it ends the element."""
    text = json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - nothing in it is a tag


@register.simple_tag(takes_context=True)
def share_card(context: dict[str, Any]) -> SafeString:
    """The picture that networks show, and what stands on it for whoever cannot see it."""
    article = context["article"]
    card = card_of(article)
    return format_html(
        '<meta property="og:image" content="{}{}">\n<meta property="og:image:width" content="{}">\n'
        '<meta property="og:image:height" content="{}">\n<meta property="og:image:alt" content="{}">\n'
        '<meta name="twitter:card" content="summary_large_image">',
        *(settings.SITE_URL, card_path(article, card), WIDTH, HEIGHT, card.words),
    )


@register.simple_tag
def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
