"""`/webhooks/<provider>/`: bounces and complaints as providers report them, each request proven by WEBHOOK_SECRET."""

import logging
from typing import Any

from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from foundation.outage import OUTAGES, cause, note_outage
from mailings import actions
from mailings.actions import Report
from mailings.provider_reports import as_report
from mailings.reporters import REPORTERS, Reporter, prepared, trouble_with_secret

logger = logging.getLogger(__name__)

NOT_READY = "Reports are not taken: {}. Set WEBHOOK_SECRET as docs/sending.md says."


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, provider: str) -> HttpResponse:
    name = provider.replace("-", "_")
    reporter = REPORTERS.get(name)
    if reporter is None:
        return answer("There is no such provider here.", 404)
    trouble = trouble_with_secret(reporter)
    if trouble:
        # Forged reports could silence any address; the provider keeps its own and repeats it.
        return answer(NOT_READY.format(trouble), 503)
    if request.method != "POST":
        # Some providers look whether anybody is there before they take the address.
        return answer("Reports are taken here.", 200)
    return take(request, name, reporter)


def take(request: HttpRequest, name: str, reporter: Reporter) -> HttpResponse:
    try:
        view = prepared(request, reporter)
        view.run_validators(request)
    except Exception as error:  # whatever a stranger sends, it proves nothing
        logger.warning("a report in the name of %s is not proven: %s", name, type(error).__name__)
        return refusal(reporter)
    try:
        reports = [read(name, event) for event in view.parse_events(request)]
    except DatabaseTrouble as error:
        return later(name, error)
    except Exception as error:  # proven, but not in the form that we know
        logger.warning("a report of %s cannot be read: %s", name, type(error).__name__)
        return answer("This cannot be read.", 400)
    return store(name, [report for report in reports if report])


def read(name: str, event: Any) -> Report | None:
    """One of a batch that cannot be read must not keep back the others."""
    try:
        return as_report(name, event)
    except DatabaseTrouble:
        raise
    except Exception as error:  # a provider may write anything into its event
        logger.warning("one event of %s cannot be read: %s", name, type(error).__name__)
        return None


def refusal(reporter: Reporter) -> HttpResponse:
    if reporter.signs_with:
        return answer("The signature is wrong.", 403)
    response = answer("User or password is wrong.", 401)
    # Amazon sends them only when asked.
    response.headers["WWW-Authenticate"] = 'Basic realm="reports"'
    return response


def store(name: str, reports: list[Report]) -> HttpResponse:
    """Each on its own: those before a fault stay, and count once when the provider repeats them all."""
    try:
        for report in reports:
            actions.note_report(report=report)
    except DatabaseTrouble as error:
        return later(name, error)
    return answer("Thank you.", 200)


def later(name: str, error: Exception) -> HttpResponse:
    logger.error("a report of %s could not be stored: %s", name, cause(error))
    if isinstance(error, OUTAGES):
        note_outage()
    return answer("This cannot be stored now; please send it again.", 503)


def answer(sentence: str, status: int) -> HttpResponse:
    response = HttpResponse(f"{sentence}\n", "text/plain; charset=utf-8", status=status)
    if status == 503:
        response.headers["Retry-After"] = "300"
    return response
