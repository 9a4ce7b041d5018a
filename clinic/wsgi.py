import io
import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

site = get_wsgi_application()

# As for every public form. A browser always says how long its post is; what comes in pieces comes through some proxy.
LONGEST_IN_PIECES = 64 * 1024


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The site, and answers to what Django itself would fail on before any middleware."""
    if "HTTP_TRANSFER_ENCODING" in environ and not environ.get("CONTENT_LENGTH"):
        # Django takes a body without a length for an empty one, and what was typed would be lost.
        body = environ["wsgi.input"].read(LONGEST_IN_PIECES + 1)
        if len(body) > LONGEST_IN_PIECES:
            return refuse(start_response, "413 Content Too Large", "This is more than we can take. Please shorten it.")
        environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    try:
        return site(environ, start_response)
    except ValueError:  # a Content-Type that cannot be decoded
        return refuse(start_response, "400 Bad Request", "This could not be read. Please go back and try again.")


def refuse(start_response: Any, status: str, sentence: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [f"{sentence}\n".encode()]
