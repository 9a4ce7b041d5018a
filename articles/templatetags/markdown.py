from functools import lru_cache

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.sections import html_of

register = template.Library()


# A revision never changes, and most of what is published today was yesterday. Some 3 MB.
@register.filter
@lru_cache(maxsize=500)
def markdown(text: str) -> SafeString:
    return mark_safe(html_of(text))  # noqa: S308 - nh3 has just made it so
