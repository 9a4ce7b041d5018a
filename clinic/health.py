"""Whether this process lives, and whether it can work."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import ProgrammingError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic import jobs
from clinic.metrics import metrics
from clinic.pages import ALIVE
from foundation import outage
from mailings.models import OutgoingEmail

# By less, no limit and no promise is wrong.
CLOCKS_DIFFER = timedelta(minutes=1)


class HealthMiddleware:
    """A load balancer asks by IP address and over plain http, so it stands before the host check and the redirect."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == ALIVE:
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path == "/readyz":
            return _ready()
        if request.path == "/metrics":
            return metrics(request)
        return self.get_response(request)


def _ready() -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp(), current_setting('transaction_read_only') = 'on'")
            now, takes_no_writes = cursor.fetchone()
        # At night nobody else may ask this process anything, and what another withdrew must go from it, too.
        outage.content()
        answer = HttpResponse("".join(["ready\n", *_remarks(now, takes_no_writes)]), content_type="text/plain")
    except Exception:  # whatever the driver says, we are not ready
        answer = HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    connection.close()
    return answer


def _remarks(now: datetime, takes_no_writes: bool) -> Iterator[str]:
    """What is wrong with Postgres, or by its clock with those of hosts. Visitors read all the same, so it is ready."""
    if takes_no_writes:
        yield "remark: the database takes no writes; it is a replica, or out of disk\n"
    off = timezone.now() - now
    if abs(off) > CLOCKS_DIFFER:
        yield f"remark: the clock of this host is {off.total_seconds():.0f} s ahead of that of the database\n"
    try:
        ahead, behind = OutgoingEmail.objects.far_ahead(now), jobs.behind()
    except ProgrammingError:  # before the first migration, and between two, there is no such table or column
        return
    if ahead:
        yield f"remark: mail bears times up to {ahead:%Y-%m-%d %H:%M} UTC, so a clock ran ahead\n"
    for job in behind:
        ended = f"last ended well {job.ended_at:%Y-%m-%d %H:%M} UTC" if job.ticked_at else "never ran"
        yield f"remark: the job {job} {ended}; /admin/ and the log say more\n"
