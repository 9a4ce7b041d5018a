"""An article where somebody shares it: the card, which must not look better than the page."""

from io import BytesIO

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles.cards import COLORS, Card, build_card
from articles.evidence import badges
from articles.models import Article, with_notices
from articles.old_addresses import leads_on
from articles.site_files import SECONDS_OF_A_YEAR
from articles.words import of_the_review, worst
from foundation.models import ClinicProfile

FACTS_OF_THE_STUDY = 2


@require_safe
@leads_on
def card(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """Its address names what stands on it; an older address leads to the card of today."""
    [article] = with_notices([get_object_or_404(Article.objects.published(), slug=slug)])
    found = card_of(article)
    if name != found.name:
        return redirect(card_path(article, found))
    # As a file and not as a page, since pictures would push the pages out of memory.
    response = FileResponse(BytesIO(build_card(found)), content_type="image/png")
    response["Cache-Control"] = f"public, max-age={SECONDS_OF_A_YEAR}, immutable"
    return response


def card_path(article: Article, card: Card) -> str:
    return reverse("articles:card", args=[article.slug, card.name])


def card_of(article: Article) -> Card:
    """article: out of `with_notices`."""
    content, clinic = article.content, ClinicProfile.objects.current()
    study = [answer for _label, answer in badges(content["study"])]
    return Card(
        clinic=str(clinic.name),
        title=content["title"],
        warning=worst(article),
        facts=(of_the_review(article), *study[:FACTS_OF_THE_STUDY]),
        language=get_language() or "en",
        colors=tuple((name, clinic.palette.light[name]) for name in COLORS),
    )
