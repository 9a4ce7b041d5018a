from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.citations.coins import context_object
from articles.citations.formats import FORMATS
from articles.citations.styles import Styled, ama, vancouver
from articles.models import citations_of

register = template.Library()
register.filter("papers", citations_of)


@register.filter
def in_ama(citation: dict[str, Any]) -> SafeString:
    return _with_journal(ama(citation))


@register.filter
def in_vancouver(citation: dict[str, Any]) -> SafeString:
    return _with_journal(vancouver(citation))


def _with_journal(styled: Styled) -> SafeString:
    return format_html("{}<cite>{}</cite>{}", *styled)


@register.simple_tag
def coins(citation: dict[str, Any]) -> SafeString:
    """Empty to people: screen readers pass it by, reference managers read its title."""
    return format_html('<span class="Z3988" title="{}" aria-hidden="true"></span>', context_object(citation))


@register.simple_tag
def citation_formats() -> list[tuple[str, str]]:
    return [(ending, form.name) for ending, form in FORMATS.items()]
