"""What the logs call a request: its number, under which everything that it caused stands, and its route."""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.http import HttpRequest

request_id: ContextVar[str] = ContextVar("request_id", default="")

FITS = re.compile(r"[0-9A-Za-z-]{8,64}")


def number_of(environ: Mapping[str, Any]) -> str:
    """A proxy of ours has given it one already, which stands in its own log; a visitor may not choose theirs."""
    given = environ.get("HTTP_X_REQUEST_ID", "") if settings.TRUSTED_PROXY_COUNT else ""
    return given if FITS.fullmatch(given) else token_hex(16)


def route_of(request: HttpRequest) -> str:
    """As urls.py writes it: packet/<token>/. What leads nowhere is one word, else strangers would fill the metrics."""
    if request.resolver_match:
        return request.resolver_match.route
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
