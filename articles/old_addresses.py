"""An address that an article had while it was read leads to the one that it has now, in one step."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import resolve, reverse

from articles.models import Article


def leads_on(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Asked for only where nothing else stands at the address."""

    @wraps(view)
    def answer(request: HttpRequest, slug: str, **named: Any) -> HttpResponseBase:
        try:
            return view(request, slug=slug, **named)
        except Http404:
            moved = Article.objects.published().filter(old_addresses__slug=slug)
            present = moved.values_list("slug", flat=True).first()
            if present is None:
                raise
        return lead_to(request, present)

    return answer


def lead_to(request: HttpRequest, slug: str) -> HttpResponsePermanentRedirect:
    """To a page of ours alone: its path is made of the row, and only what stands behind the ? of what was asked."""
    match, query = resolve(request.path_info), request.META.get("QUERY_STRING")
    path = reverse(match.view_name, kwargs={**match.kwargs, "slug": slug})
    response = HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
    # Else browsers keep it for good, and go in circles once the article has its old address again.
    response.headers["Cache-Control"] = "max-age=0, s-maxage=1"
    return response
