from django import template
from django.utils.safestring import SafeString, mark_safe

from articles.sections import html_of

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    return mark_safe(html_of(text))  # noqa: S308 - nh3 has just made it so
