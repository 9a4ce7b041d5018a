from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from articles import evidence, words
from articles.models import Article

register = template.Library()
register.filter("answers", evidence.answers)


@register.filter
def facts(article: Article) -> SafeString:
    """What a list says of it at a glance. At once: of a hundred, a template takes longer than all else of the page."""
    content = article.content
    year = content.get("citation", {}).get("year")
    pairs = [(gettext("Review"), words.of_the_review(article)), *([(gettext("Paper of"), year)] if year else [])]
    return format_html_join(
        "", "<div><dt>{}</dt><dd>{}</dd></div>", [*pairs, *evidence.badges(content.get("study") or {})]
    )
