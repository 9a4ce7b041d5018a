"""What was once published and is withdrawn says so: whoever kept its address must not think that they mistyped it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from articles.models import Article


def says_when_withdrawn(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(request: HttpRequest, slug: str) -> HttpResponse:
        try:
            return view(request, slug)
        except Http404:
            # Also at an address of before: to lead on from there would only tell it a step later.
            at_it = Q(slug=slug) | Q(old_addresses__slug=slug)
            found = Article.objects.withdrawn().filter(at_it).first()
            if found is None:
                raise
        context = {"reason": found.gone_reason if found.is_waiting() else found.withdrawal_reason}
        response = render(request, "articles/withdrawn.html", context, status=HTTPStatus.GONE)
        # A proxy keeps this in place of the article, which else it would give again while the site is away.
        response.headers["Cache-Control"] = "max-age=0, s-maxage=1"
        return response

    return answer
