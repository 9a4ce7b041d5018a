"""The outermost layer: whatever Django itself would fail on, before any middleware or beyond, is answered here."""

import gc
import io
import logging
import os
import time
import uuid
from collections.abc import Iterable
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters

from clinic.request_names import number_of, request_id
from clinic.requests import count

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup(set_prefix=False)

from clinic import pages  # noqa: E402 - it knows models, which there are none of before

logger = logging.getLogger("clinic.requests")

# As for every public form. A browser always says how long its post is; what comes in pieces comes through some proxy.
LONGEST_IN_PIECES = 64 * 1024
PLAIN_HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
]
# What a page from memory is answered with.
STATUS_LINES = {200: "200 OK", 304: "304 Not Modified"}
SORRY = b"Something went wrong on our side. It was not your doing. Please try again in a few minutes.\n"


class Request(WSGIRequest):
    """Made of whatever comes; what cannot be read is marked, so that HostileInputMiddleware refuses it with a page."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """Without Django's next step, which reads the address by the charset of the body; ours are all UTF-8."""
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", {}
            meta["clinic.refused"] = 400


class Site(WSGIHandler):
    request_class = Request

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Whole, with the headers of every middleware, a page may be held."""
        epoch = pages.epoch_for(request.path_info)
        response = super().get_response(request)
        if isinstance(response, HttpResponse):
            pages.keep(request, response, epoch)
        return response


site = Site()
# What lives as long as the process is never looked through for what nobody needs; and a request, which makes some
# thousand objects, does not stop several times for it.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    began = time.monotonic()
    try:
        return from_memory(environ, start_response, began) or site(put_together(environ), start_response)
    except Exception:  # of any kind: nobody further out answers in words, or counts it
        return apologise(start_response, time.monotonic() - began)


def from_memory(environ: dict[str, Any], start_response: Any, began: float) -> Iterable[bytes] | None:
    """Counted and logged like any other request; a proxy's number of it stands in its line."""
    found = pages.find(environ)
    if found is None:
        return None
    page, answer = found
    entered = request_id.set(number_of(environ))
    start_response(STATUS_LINES[answer.status], answer.headers)
    count(environ["REQUEST_METHOD"], page.route, answer.status, time.monotonic() - began)
    request_id.reset(entered)
    return [answer.body]


def put_together(environ: dict[str, Any]) -> dict[str, Any]:
    """Django takes a body without a length for an empty one, and what was typed would be lost."""
    if length := environ.get("CONTENT_LENGTH"):
        return environ if length.isascii() and length.isdecimal() else {**environ, "clinic.refused": 400}
    if "HTTP_TRANSFER_ENCODING" not in environ:
        return environ
    body = environ["wsgi.input"].read(LONGEST_IN_PIECES + 1)
    if len(body) > LONGEST_IN_PIECES:
        return {**environ, "clinic.refused": 413}
    return {**environ, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}


def apologise(start_response: Any, seconds: float) -> Iterable[bytes]:
    number = uuid.uuid4().hex
    entered = request_id.set(number)
    logger.exception("no page could be made")
    count("other", "none", 500, seconds)
    request_id.reset(entered)
    start_response("500 Internal Server Error", [*PLAIN_HEADERS, ("X-Request-ID", number)])
    return [SORRY]
