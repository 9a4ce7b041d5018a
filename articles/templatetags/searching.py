from typing import Any

from django import template
from django.utils.safestring import SafeString

from articles.search import excerpts

register = template.Library()


@register.simple_tag(takes_context=True)
def marked(context: dict[str, Any], text: str) -> SafeString:
    """With what was searched for marked; a list that nobody searched for has nothing to mark."""
    return excerpts.marked(text, context.get("pattern"))
