"""Public pages as this process holds them: made once for each state of the content, and given from memory after that.

While the database is away they are given on, as what was true last. When the content moves all of them go, for what
was withdrawn must not come back.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from articles.models import Article
from clinic.page_bytes import Answer, Page
from foundation import opening, outage
from foundation.models import RequiredNotice

# With what Python itself needs for them, less than 32 MB.
MOST_BYTES = 24 * 1024 * 1024
# A page of a list. Any other query is rendered and not held: strangers can think of as many as they like.
PAGE_OF_A_LIST = re.compile(r"page=[1-9][0-9]{0,3}")
LISTS = {"articles:list", "articles:topic", "newsletters:archive"}
# What campaigns and other people's sites hang on an address: our script puts it into the forms, and the page is the
# same without. Of characters that no page refuses.
TRACKING = re.compile(
    r"(?:utm_[a-z_]{1,20}|[a-z]{0,2}clid|fbclid|msclkid|[gw]braid|igshid|mc_[ce]id|_hsenc|_hsmi)"
    r"=(?:[A-Za-z0-9._~+*!:|,;@/-]|%[2-7][0-9A-Fa-f])*"
)
LONGEST_TRACKING = 2000
# Asked whether this process lives, which must not hang on whether Postgres answers.
ALIVE = "/healthz"
# A template may be other than that of the process before.
STARTED_AT = time.time()


class Epoch(NamedTuple):
    """A time in which no page changes. until: when the next one changes by itself, in seconds since 1970."""

    version: UUID
    since: float
    until: float


_lock = Lock()
_epoch: Epoch | None = None
_held: OrderedDict[str, Page] = OrderedDict()
_bytes = 0


def forget() -> None:
    global _epoch, _bytes
    with _lock:
        _epoch = None
        _held.clear()
        _bytes = 0


def bytes_held() -> int:
    return _bytes


def epoch_for(path: str) -> Epoch | None:
    return None if path == ALIVE else epoch()


def epoch() -> Epoch | None:
    """None while nobody knows what is true: then nothing is held and nothing given."""
    found = outage.content()
    # While somebody works on the templates, pages are theirs.
    if found is None or settings.DEBUG or not outage.knew_till_the_end():
        return None
    still = _epoch if _epoch and _epoch.version == found.version else None
    if still and (time.time() < still.until or outage.is_away()):
        return still
    try:
        return _begin(found)
    except outage.OUTAGES:
        outage.note_outage()
        # What is held of an older version may have been withdrawn since.
        return still


def _begin(found: outage.Content) -> Epoch:
    global _epoch, _bytes
    now = timezone.now()
    sources = (Article.objects, opening, RequiredNotice.objects)
    by_time = [source.changed_by_time(now) for source in sources]
    changed = [changed_at.timestamp() for changed_at, _changes_at in by_time if changed_at]
    since = max(found.moved_at.timestamp(), STARTED_AT, *changed)
    begun = Epoch(found.version, since, min(seconds(changes_at) for _changed_at, changes_at in by_time))
    with _lock:
        if begun != _epoch:
            _epoch = begun
            _held.clear()
            _bytes = 0
    return begun


def seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else float("inf")


def find(environ: Mapping[str, Any]) -> tuple[Page, Answer] | None:
    """What is held for this request as the web server describes it, before any of Django has looked at it."""
    if not is_plain(environ) or epoch_for(environ["PATH_INFO"]) is None:
        return None
    key = key_of(environ)
    with _lock:
        page = _held.get(key)
        if page is None:
            return None
        _held.move_to_end(key)
    return page, answer(key, page, environ)


def plain(path: str) -> Page | None:
    """The page of this address, for whoever asked for it in another way, such as with a query."""
    return _held.get(f"{path}?") if epoch() else None


def answer(key: str, page: Page, environ: Mapping[str, Any]) -> Answer:
    """Compressing may make the page larger than it was when it was put there."""
    global _bytes
    before = page.size
    found = page.answer(environ)
    if page.size != before:
        with _lock:
            if _held.get(key) is page:
                _bytes += page.size - before
                _make_room()
    return found


def is_plain(environ: Mapping[str, Any]) -> bool:
    """Whatever could be answered otherwise goes the whole way: half a page, an odd body, whoever has a cookie."""
    query = query_of(environ)
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and (not query or PAGE_OF_A_LIST.fullmatch(query) is not None)
        and not any(environ.get(name) for name in ("HTTP_HX_REQUEST", "HTTP_COOKIE", "CONTENT_TYPE"))
        # Some clients say of each request that it has no body.
        and environ.get("CONTENT_LENGTH") in (None, "", "0")
        and is_our_host(environ.get("HTTP_HOST", ""), tuple(settings.ALLOWED_HOSTS))
        and is_as_secure_as_promised(environ)
    )


@lru_cache(maxsize=200)
def is_our_host(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, list(allowed))


def is_as_secure_as_promised(environ: Mapping[str, Any]) -> bool:
    if not settings.SECURE_SSL_REDIRECT:
        return True
    header, value = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
    return environ.get(header) == value


def key_of(environ: Mapping[str, Any]) -> str:
    return f"{environ['PATH_INFO']}?{query_of(environ)}"


def query_of(environ: Mapping[str, Any]) -> str:
    """What of the query the page depends on: whoever follows a campaign is given the page that is held for all."""
    query = environ.get("QUERY_STRING") or ""
    if not query or len(query) > LONGEST_TRACKING:
        return query
    return "&".join(part for part in query.split("&") if not TRACKING.fullmatch(part))


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Only what is the same bytes for everybody: no staff page, none behind a mailed link, no search."""
    query = query_of(request.META)
    match = request.resolver_match
    response.is_for_everybody = (  # type: ignore[attr-defined]
        request.method == "GET"
        and response.status_code == 200
        and (not query or (match is not None and match.view_name in LISTS))
        and not (response.streaming or response.cookies)
        and "no-store" not in response.get("Cache-Control", "")
    )


def keep(request: HttpRequest, response: HttpResponse, began: Epoch | None) -> None:
    """Makes the answer of a page, and holds it. began: the epoch before anything of it was read."""
    global _bytes
    environ = request.META
    if not (getattr(response, "is_for_everybody", False) and is_plain(environ) and began) or outage.is_away():
        return
    if is_for_one(response):
        return
    route = request.resolver_match.route if request.resolver_match else ""
    page, key = Page(response.content, response.headers, route, began.since), key_of(environ)
    become(response, page.answer(environ))
    with _lock:
        if began != _epoch:
            return
        _bytes += page.size - (_held[key].size if key in _held else 0)
        _held[key] = page
        _held.move_to_end(key)
        _make_room()


def is_for_one(response: HttpResponse) -> bool:
    """As it goes out: what stands around the views may have made it somebody's own, with a token against forgery."""
    caching, vary = response.get("Cache-Control", ""), response.get("Vary", "").lower()
    return bool(response.cookies) or "no-store" in caching or "private" in caching or "cookie" in vary


def _make_room() -> None:
    """Under the lock."""
    global _bytes
    while _bytes > MOST_BYTES:
        _bytes -= _held.popitem(last=False)[1].size


def become(response: HttpResponse, made: Answer) -> None:
    response.status_code = made.status
    response.content = made.body
    for name in list(response.headers):
        del response.headers[name]
    for name, value in made.headers:
        response.headers[name] = value
