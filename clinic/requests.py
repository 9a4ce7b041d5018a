"""One line in the log and one count for each request: by its route, which names no article, token or person."""

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram

from clinic.request_names import number_of, request_id, route_of
from foundation.outage import look_again, one_request

logger = logging.getLogger("clinic.requests")

# Of this process since its start, as Prometheus expects of counters.
REGISTRY = CollectorRegistry()
COUNT = Counter("clinic_requests", "Requests answered.", ["method", "route", "status"], registry=REGISTRY)
# There from the start: of a series that begins with its first failure, Prometheus sees no increase.
FAILED = Counter("clinic_requests_failed", "Requests answered by 500 or more.", registry=REGISTRY)
# A page is rendered in 5 to 50 ms; beyond 2.5 s somebody has given up.
SECONDS = Histogram(
    "clinic_request_seconds",
    "How long an answer took.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
# Asked every few seconds by machines, which would be most of the log.
UNTOLD = {"/healthz", "/readyz", "/metrics"}


class RequestMiddleware:
    """The outermost: whatever the others refuse is counted too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = number_of(request.META)
        entered = request_id.set(number)
        began = time.monotonic()
        if "HTTP_COOKIE" in request.META:
            # Staff, who look at what they have just saved.
            look_again()
        try:
            with one_request():
                response = self.get_response(request)
            if request.path not in UNTOLD:
                note(request, response, time.monotonic() - began)
            if response.status_code >= 400:
                # What went well is the same for everybody, to the byte; nginx says the number with every answer.
                response.headers["X-Request-ID"] = number
            return response
        finally:
            request_id.reset(entered)


def note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    method = request.method or ""
    count(method if method in METHODS else "other", route_of(request), response.status_code, seconds)


def count(method: str, route: str, status: int, seconds: float) -> None:
    counter, histogram = series(method, route, status)
    counter.inc()
    histogram.observe(seconds)
    if status >= 500:
        FAILED.inc()
    facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000)}
    logger.info("%s %s %s", method, route, status, extra=facts)


# There are as many as routes and what they answer; the library looks them up under a lock.
@cache
def series(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return COUNT.labels(method, route, status), SECONDS.labels(route)


def note_exception(request: HttpRequest, **_: Any) -> None:
    """In place of Django's own, which is silent on what fails while it makes a page of an error."""
    logger.exception("Internal Server Error: %s", route_of(request))
