"""Ends what has lasted too long, before any staff page is opened."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from clinic import audit, unsaved
from clinic.accounts import sessions
from clinic.middleware import SAFE_METHODS, is_staff_path
from clinic.models import AuditEvent
from foundation.actors import acting
from foundation.outage import OUTAGES


class SessionTimeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = (is_staff_path(request) and end_if_over(request)) or self.get_response(request)
        if request.path.startswith("/accounts/"):
            add_never_cache_headers(response)
            sessions.shorten_if_nobodys(request)
        return response


def end_if_over(request: HttpRequest) -> HttpResponse | None:
    why = ""
    try:
        if not request.user.is_authenticated:
            return None
        why = sessions.why_over(request)
        if why:
            return end(request, why)
        sessions.note_seen(request)
    except OUTAGES:
        # The view meets the same, and what it raises is answered in words; but of a server that only takes no writes
        # it reads on.
        if why:
            request.user = AnonymousUser()
    return None


def end(request: HttpRequest, why: str) -> HttpResponse:
    user = request.user
    audit.note(AuditEvent.Kind.SIGNED_OUT, by=acting(request), about=f"account {user.pk}", request=request, why=why)
    request.session.flush()
    request.user = AnonymousUser()
    return unsaved.page(request) or to_sign_in(request, why)


def to_sign_in(request: HttpRequest, why: str) -> HttpResponse:
    lost = {} if request.method in SAFE_METHODS else {"unsaved": 1}
    query = urlencode({"next": page_to_come_back_to(request), "ended": why, **lost})
    return HttpResponseRedirect(f"{reverse('account_login')}?{query}")


def page_to_come_back_to(request: HttpRequest) -> str:
    """Of a post, the page its form stood on."""
    if request.method in SAFE_METHODS:
        return request.get_full_path()
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        parts = urlsplit(referrer)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return reverse("admin:index")
