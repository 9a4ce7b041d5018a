"""What visitors meet while Postgres is away: the page as this process holds it, or a sentence."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clinic import pages
from clinic.error_pages import error_page
from clinic.page_bytes import IDENTITY
from clinic.request_names import route_of
from clinic.slow_statements import took_too_long
from foundation.outage import OUTAGES, cause, note_outage

logger = logging.getLogger(__name__)


class OutageMiddleware:
    """The innermost: whatever comes from a view, and from nobody before it, may be held for everybody. Reading goes on
    from there; the forms answer for themselves, with what was typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        pages.mark(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if took_too_long(exception):
            logger.error("a statement was stopped at %s: it took too long", route_of(request))
            return error_page(request, 503, "503_slow.html")
        if not isinstance(exception, OUTAGES):
            return None
        logger.error("the database cannot do it: %s", cause(exception))
        note_outage()
        # Nobody knows by then whether there is such a page of a list; the first is not it.
        is_first = request.GET.get("page", "1") in ("", "1")
        held = pages.plain(request.path) if request.method in ("GET", "HEAD") and is_first else None
        if held:
            return HttpResponse(held.body(IDENTITY), content_type=held.content_type)
        response = error_page(request, 503)
        response.headers["Retry-After"] = "30"
        return response
