"""A browser that once signed in to an account has a budget of its own, which nobody elsewhere can spend.

So whoever guesses a password stops strangers only, never its owner (OWASP calls it a device cookie).
"""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from clinic.models import StaffUser

SALT = "clinic.accounts.known_browser"
KEPT = timedelta(days=180)
# A computer at the reception desk, which everybody uses.
MOST_ACCOUNTS = 20


def read(request: HttpRequest, account: StaffUser | None) -> str:
    """The number of this browser, if it has signed in to the account before; else ""."""
    return _numbers(request).get(str(account.pk), "") if account else ""


def remember(request: HttpRequest, response: HttpResponse, account: StaffUser) -> None:
    """After a full sign-in."""
    _keep(request, response, account, secrets.token_urlsafe(12))


def remember_by_mail(request: HttpRequest, response: HttpResponse, account: StaffUser) -> None:
    """Behind a mailed link. All such share one number: else whoever reads the mailbox had a new budget by each link."""
    _keep(request, response, account, _by_mail(account))


def _by_mail(account: StaffUser) -> str:
    return f"by mail {account.pk}"


def _keep(request: HttpRequest, response: HttpResponse, account: StaffUser, number: str) -> None:
    numbers = _numbers(request)
    before = numbers.pop(str(account.pk), "")
    if before not in ("", _by_mail(account)):
        number = before
    newest = [*numbers.items(), (str(account.pk), number)][-MOST_ACCOUNTS:]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(dict(newest), salt=SALT),
        max_age=KEPT,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _numbers(request: HttpRequest) -> dict[str, str]:
    cookie = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    try:
        numbers: Any = signing.loads(cookie, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return {}
    return numbers
