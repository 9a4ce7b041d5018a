"""The papers of an article for a reference manager: what the published text cites, never our page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from articles.citations.formats import FORMATS
from articles.models import Article, citations_of


@require_safe
def citation(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    article = get_object_or_404(Article.objects.published(), slug=slug)
    found = citations_of(article.content)
    if ending not in FORMATS or not found:
        raise Http404
    response = HttpResponse(FORMATS[ending].write_all(found), content_type=FORMATS[ending].content_type)
    response["Content-Disposition"] = f'attachment; filename="{article.slug}.{ending}"'
    # The page is what should be found; this is for whoever reads it.
    response["X-Robots-Tag"] = "noindex"
    return response
