"""Whether this process lives, and whether it can work."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from clinic.metrics import metrics


class HealthMiddleware:
    """A load balancer asks by IP address and over plain http, so it stands before the host check and the redirect."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return _ready()
        if request.path == "/metrics":
            return metrics(request)
        return self.get_response(request)


def _ready() -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # whatever the driver says, we are not ready
        connection.close()
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    connection.close()
    return HttpResponse("ready\n", content_type="text/plain")
