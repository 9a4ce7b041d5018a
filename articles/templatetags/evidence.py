from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from articles import evidence, words
from articles.models import Article

register = template.Library()
register.filter("answers", evidence.answers)


@register.filter
def facts(article: Article) -> SafeString:
    """What a list says of it at a glance. At once: of a hundred, a template takes longer than all else of the page."""
    content = article.content
    year = (content.get("citation") or {}).get("year")
    pairs = [(gettext("Review"), words.of_the_review(article)), *([(gettext("Paper of"), year)] if year else [])]
    pairs += evidence.badges(content.get("study") or {})
    told = [f"<div><dt>{escape(str(label))}</dt><dd>{escape(str(said))}</dd></div>" for label, said in pairs]
    return mark_safe("".join(told))  # noqa: S308 - each part is escaped
