from typing import Any

from django import template

from articles import lint_words

register = template.Library()


@register.filter
def grade_words(text: Any) -> str:
    """Of what a field holds, which may be nothing yet."""
    return lint_words.grade_words(text or "")
