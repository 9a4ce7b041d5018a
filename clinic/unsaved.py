"""What somebody wrote on a staff page while they were signed out: shown again, to be saved by another press."""

import re
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.csrf import csrf_failure as plain_csrf_failure

from clinic.conflicts import SEEN
from clinic.middleware import SAFE_METHODS

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - its name
# Sign-in pages take passwords, which no page shows again.
WRITTEN_ON = "/admin/"
# Who erases is asked anew: a button called "Save" must not do it.
NOT_AGAIN = "/erase/"
SECRET = "password"  # noqa: S105 - part of a name
# So long, it is words that somebody may want to read again before they go.
WORDS = 20
# But for what our own pages put there, which nobody wrote: a page's key and the digest of what it showed.
OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")


def page(request: HttpRequest) -> HttpResponse | None:
    """None when there is nothing to keep, or it comes from elsewhere: another site's words get no button of ours."""
    fields = typed(request) if is_kept(request) else []
    if not any(value.strip() for _name, value in fields):
        return None
    context = {
        "fields": [(name, value, name != SEEN and is_words(value)) for name, value in fields],
        "has_files": bool(request.FILES),
        "sign_in": f"{reverse('account_login')}?{urlencode({'next': reverse('admin:index')})}",
    }
    return render(request, "unsaved.html", context, status=HTTPStatus.FORBIDDEN)


def is_kept(request: HttpRequest) -> bool:
    if request.method in SAFE_METHODS or not request.path.startswith(WRITTEN_ON) or request.path.endswith(NOT_AGAIN):
        return False
    return is_surely_from_here(request)


def is_surely_from_here(request: HttpRequest) -> bool:
    """Every browser says so of a post; here no doubt has a benefit."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    here = (settings.SITE_URL, f"{request.scheme}://{request.get_host()}")
    return site == "same-origin" if site else origin in here


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    named = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    return [(name, value) for name, value in named if name != TOKEN and SECRET not in name.lower()]


def is_words(value: str) -> bool:
    return (len(value) > WORDS or " " in value.strip()) and not OURS.fullmatch(value)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Whoever signed in anew in another tab has another token than the page that was open."""
    return page(request) or plain_csrf_failure(request, reason)
