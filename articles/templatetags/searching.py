from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.models import Topic
from articles.search import excerpts

register = template.Library()


@register.simple_tag(takes_context=True)
def marked(context: dict[str, Any], text: str) -> SafeString:
    """With what was searched for marked; a list that nobody searched for has nothing to mark."""
    return excerpts.marked(text, context.get("pattern"))


@register.filter
def topic_options(topics: Iterable[Topic], chosen: str) -> SafeString:
    return options(((topic.slug, topic.name) for topic in topics), chosen)


@register.filter
def design_options(designs: dict[str, Any], chosen: str) -> SafeString:
    return options(designs.items(), chosen)


def options(choices: Iterable[tuple[str, Any]], chosen: str) -> SafeString:
    """At once: a template takes twenty times as long, and no page of results is kept."""
    shown = [
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(str(name))}</option>'
        for value, name in choices
    ]
    return mark_safe("".join(shown))  # noqa: S308 - each part is escaped
