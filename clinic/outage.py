"""What visitors meet while Postgres is away: the page as this process showed it last, or a sentence."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse

from clinic.error_pages import error_page
from clinic.middleware import is_staff_path
from clinic.request_names import route_of
from clinic.slow_statements import took_too_long
from foundation.outage import OUTAGES, note_outage

logger = logging.getLogger(__name__)

# A page is some 60 KB, so the most that a process holds is about 12 MB.
PAGES_HELD = 200


class OutageMiddleware:
    """Reading goes on from memory; the forms answer for themselves, with what was typed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.lock = Lock()
        self.held: OrderedDict[str, tuple[bytes, str]] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if may_be_held(request, response):
            self.hold(request.path, response)
        elif is_plain(request):
            # Withdrawn, moved or broken since: an outage must not bring it back.
            with self.lock:
                self.held.pop(request.path, None)
        return response

    def hold(self, path: str, response: HttpResponse) -> None:
        with self.lock:
            self.held[path] = (response.content, response.headers["Content-Type"])
            self.held.move_to_end(path)
            if len(self.held) > PAGES_HELD:
                self.held.popitem(last=False)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if took_too_long(exception):
            logger.error("a statement was stopped at %s: it took too long", route_of(request))
            return error_page(request, 503, "503_slow.html")
        if not isinstance(exception, OUTAGES):
            return None
        logger.error("the database cannot be reached: %s", type(exception).__name__)
        note_outage()
        held = self.held.get(request.path) if request.method in ("GET", "HEAD") else None
        if held:
            return HttpResponse(held[0], content_type=held[1])
        response = error_page(request, 503)
        response.headers["Retry-After"] = "30"
        return response


def is_plain(request: HttpRequest) -> bool:
    """The page by its own address, whole: not a search, not the half page that htmx asks for."""
    return request.method == "GET" and not (request.META["QUERY_STRING"] or request.headers.get("HX-Request"))


def may_be_held(request: HttpRequest, response: HttpResponse) -> bool:
    """Only what is the same bytes for everybody: no staff page, none behind a mailed link."""
    return (
        is_plain(request)
        and response.status_code == 200
        and not (is_staff_path(request) or response.streaming or response.cookies)
        and "no-store" not in response.get("Cache-Control", "")
    )
