"""How many tries at signing in there are, each number with its reason. Nothing lifts this, not FORM_LIMITS either.

A try is drawn before it is judged, so that tries at the same moment on several hosts get no more than the limit; what
was right gives back its own draw and nothing else.
"""

import math
from typing import NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from clinic import audit
from clinic.accounts import known_browser
from clinic.models import AuditEvent, StaffUser
from foundation.budgets import Limit, draw, give_back

# A clinic has one address for all, and on Monday at nine everybody signs in, some of them wrongly.
NETWORK = Limit(30, 60, "")
# Guesses from any number of networks: 240 a day do not find a password of twelve letters.
ACCOUNT = Limit(10, 10, "")
# A browser that signed in before; a slow day with Caps Lock on.
BROWSER = Limit(10, 20, "")
# Of a million codes three hold at a time, so that ten tries an hour need years.
CODES = Limit(5, 10, "")
# Whoever is at this step knows the password already; from many networks they get no more than this.
CODES_OF_ACCOUNT = Limit(20, 20, "")
# Mails that say "somebody asked for a new password": one is enough, and its link stays good meanwhile.
RESET_MAILS = Limit(1, 6, "")
# A flood of refusals is one fact, and its record must not grow with the flood.
RECORDS = Limit(1, 1, "")
# Nor with what strangers make up: of addresses that are nobody's account, so many tries and no more leave a row.
RECORDS_OF_NOBODY = Limit(60, 60, "")
# Where a request keeps what was drawn for its try.
DRAWN = "_sign_in_draws"


def admit_password(request: HttpRequest, *, account: StaffUser | None, address: str) -> None:
    """Draws for one try; raises the page that says when to come back. An unknown address is treated like any other."""
    browser = known_browser.read(request, account)
    if browser:
        _draw(request, account, (f"password browser {browser}", BROWSER))
        return
    _draw(request, account, (f"password network {network(request)}", NETWORK))
    _draw(request, account, (f"password account {address.lower()}", ACCOUNT))


def admit_code(request: HttpRequest, *, account: StaffUser) -> None:
    browser = known_browser.read(request, account)
    if browser:
        _draw(request, account, (f"code browser {browser}", CODES))
        return
    _draw(request, account, (f"code {account.pk} network {network(request)}", CODES))
    _draw(request, account, (f"code account {account.pk}", CODES_OF_ACCOUNT))


def admit_reset(request: HttpRequest, *, address: str) -> bool:
    """Whether a mail may go to this address now, should it be that of an account."""
    _draw(request, None, (f"reset network {network(request)}", NETWORK))
    return draw(scope(f"reset address {address.lower()}"), RESET_MAILS)


def was_right(request: HttpRequest) -> None:
    """Right ones are no guesses."""
    for name, limit in request.__dict__.pop(DRAWN, []):
        give_back(scope(name), limit)


def is_worth_a_record(account: StaffUser | None) -> bool:
    """Nobody may shorten the record, and an IPv6 address has thousands of networks beside it."""
    return account is not None or draw(scope("record of nobody"), RECORDS_OF_NOBODY)


def network(request: HttpRequest) -> str:
    return getattr(request, "client_network", "")


def scope(name: str) -> str:
    """Under which name a budget is kept: who tried, and from where, must not be readable from it."""
    return salted_hmac("clinic.accounts.throttle", name, secret=settings.HASH_KEY, algorithm="sha256").hexdigest()


def _draw(request: HttpRequest, account: StaffUser | None, budget: tuple[str, Limit]) -> None:
    name, limit = budget
    if not draw(scope(name), limit):
        _hold_off(request, account, name, limit)
    request.__dict__.setdefault(DRAWN, []).append(budget)


def _hold_off(request: HttpRequest, account: StaffUser | None, name: str, limit: Limit) -> NoReturn:
    if draw(scope(f"record {name}"), RECORDS):
        audit.note(
            AuditEvent.Kind.SIGN_IN_HELD_OFF,
            about=f"account {account.pk}" if account else "",
            request=request,
            step=name.split()[0],
        )
    raise ImmediateHttpResponse(held_off_page(request, math.ceil(60 / limit.per_hour)))


def held_off_page(request: HttpRequest, minutes: int) -> HttpResponse:
    page = render(request, "429.html", {"minutes": minutes}, status=429)
    page.headers["Retry-After"] = str(60 * minutes)
    return page
