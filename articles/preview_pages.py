"""An article as readers would see it, of content that is not published."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.glossary import explained
from articles.models import PreviewLink, Topic
from articles.reading import minutes
from articles.sections import rendered, section_groups, with_bodies
from foundation.views import private_page, unknown_link


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has the link: signed, so that nobody guesses one, and a row, so that it can be taken back."""
    known = PreviewLink.objects.by_token(token).select_related("revision__article")
    link = known.open().first()
    if link is None:
        return over(request) if known.exists() else unknown_link(request)
    context = {"link": link, "article": link.revision.article, **as_read(link.revision.content)}
    return private_page(request, "articles/preview.html", context)


def over(request: HttpRequest) -> HttpResponse:
    return private_page(request, "articles/preview_over.html", {}, status=HTTPStatus.GONE)


def as_read(content: dict[str, Any]) -> dict[str, Any]:
    """What the template of an article is told; a draft may lack any of it."""
    sections = with_bodies(content.get("sections", []), explained(rendered(content)))
    slugs = content.get("topics", [])
    return {
        "content": content,
        "groups": section_groups(sections),
        "minutes": minutes(content),
        "topics": sorted(Topic.objects.filter(slug__in=slugs), key=lambda topic: slugs.index(topic.slug)),
        "is_preview": True,
    }
