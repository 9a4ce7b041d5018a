"""The outermost layer: whatever Django itself would fail on, before any middleware or beyond, is answered here."""

import io
import logging
import os
import time
import uuid
from collections.abc import Iterable
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

from clinic.request_names import request_id
from clinic.requests import count

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
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


django.setup(set_prefix=False)
site = Site()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    began = time.monotonic()
    try:
        return site(put_together(environ), start_response)
    except Exception:  # of any kind: nobody further out answers in words, or counts it
        return apologise(start_response, time.monotonic() - began)


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
