import json
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles import words

register = template.Library()
register.filter("notice_sentence", words.sentence)
register.filter("notice_meaning", words.meaning)

# Inside a script element nothing else could end it or open another.
HARMLESS = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


@register.simple_tag
def structured(data: dict[str, Any]) -> SafeString:
    """Data for machines: no script, so the policy against scripts has nothing to refuse."""
    text = json.dumps(data, ensure_ascii=False, default=str).translate(HARMLESS)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above
