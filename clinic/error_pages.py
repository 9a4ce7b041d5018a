"""The pages that say what went wrong, made wherever it does: before anybody is known, or of a post nobody can read."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template import loader

from foundation.context_processors import clinic


def error_page(request: HttpRequest, status: int, template: str | None = None) -> HttpResponse:
    """Without the context of other pages, which asks who is signed in, and without a token, which reads the post."""
    context = {"request": request, **clinic(request)}
    return HttpResponse(loader.render_to_string(template or f"{status}.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.BAD_REQUEST, getattr(exception, "template", None))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """With nothing in it that could be the very fault."""
    return HttpResponse(loader.render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)
