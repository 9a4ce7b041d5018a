"""A state as staff see it everywhere: a word with a colour."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def pill(state: str, label: Any) -> SafeString:
    return format_html('<span class="pill pill-{}">{}</span>', state, label)
