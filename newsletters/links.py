"""Whether a link of an issue leads somewhere, as far as can be said without asking other people's sites."""

import logging
import time
from functools import lru_cache
from io import BytesIO
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import Http404, HttpRequest
from django.urls import Resolver404, is_valid_path, resolve
from django.utils.translation import gettext as _
from django_htmx.middleware import HtmxDetails

from articles.sections import SCHEMES, parser
from foundation.models import ContentVersion

logger = logging.getLogger(__name__)

GONE = 400
A_MINUTE = 60
PORTS = {"http": 80, "https": 443}


def trouble_with(link: str) -> str:
    """A sentence for whoever wrote it; empty where nothing is wrong."""
    if not _scheme_of(link):
        return leads_nowhere(link)
    return "" if answers(link) else _("This link does not answer: %s") % link


def leads_nowhere(link: str) -> str:
    return (
        _("In a mail the link “%s” leads nowhere. Begin it with https://, or with / where it leads to a page of ours.")
        % link
    )


def lost(text: str) -> set[str]:
    """Of which the words alone are left of what an editor typed, such as example.org:8080/x, which has no scheme."""
    pieces = [piece for block in parser.parse(text) for piece in block.children or [] if piece.type == "link_open"]
    links = {str(piece.attrGet("href")) for piece in pieces}
    return {link for link in links if _scheme_of(link) not in ("", *SCHEMES)}


def _scheme_of(link: str) -> str | None:
    """Of what begins without one, such as www.example.org, a mail does not say on which site it is."""
    try:
        return urlsplit(link).scheme
    except ValueError:
        return None


def answers(link: str) -> bool:
    """Whether a page of ours is there for everybody. Other people's pages are not asked: they would learn of it."""
    asked = urlsplit(link)
    if _site_of(asked) != _site_of(urlsplit(settings.SITE_URL)):
        return True
    path = unquote(asked.path) or "/"
    # A browser is led to the page with the slash.
    path = path if is_valid_path(path) else f"{path}/"
    try:
        with transaction.atomic():
            version = ContentVersion.objects.values_list("version", flat=True).get()
            look_at(path, version, int(time.time() // A_MINUTE))
    except (Resolver404, Http404):
        return False
    except Exception:  # a page that breaks answers nobody, and one of staff asks who is signed in
        logger.exception("a page that a newsletter links does not answer")
        return False
    return not path.startswith("/admin/")


def _site_of(parts: SplitResult) -> tuple[str | None, str]:
    """Also by http, and however the host is written: a browser finds ours."""
    port = parts.netloc.rpartition("@")[2].partition(":")[2]
    return parts.hostname, "" if port == str(PORTS.get(parts.scheme)) else port


@lru_cache(maxsize=1000)
def look_at(path: str, _version: UUID, _minute: int) -> None:
    """Once for each state of the content, since a draft is looked at again and again; what is not there raises.

    And once a minute, for what comes and goes by its hour.
    """
    if _status(path) >= GONE:
        raise Http404


def _status(path: str) -> int:
    """Of what stands before our views the forms alone ask something: whether a script of ours wants a part of them."""
    view, arguments, named = resolve(path)
    asked = _visit(path)
    asked.htmx = HtmxDetails(asked)  # type: ignore[attr-defined]
    return int(view(asked, *arguments, **named).status_code)


def _visit(path: str) -> HttpRequest:
    """As at the address that the site is known by; some pages say it themselves."""
    site = urlsplit(settings.SITE_URL)
    asked = {
        "REQUEST_METHOD": "GET",
        # As a web server hands it over: its bytes, each as one letter (PEP 3333).
        "PATH_INFO": path.encode().decode("latin-1"),
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": str(site.port or PORTS[site.scheme]),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": BytesIO(),
    }
    return WSGIRequest(asked)
