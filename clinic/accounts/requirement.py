"""Whether somebody who is signed in has shown a second factor, and where to send them if not."""

from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

# Recovery codes stand in for one of these; alone they are no factor.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_met(request: HttpRequest) -> bool:
    return not settings.REQUIRE_MFA or is_shown(request)


def is_shown(request: HttpRequest) -> bool:
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def is_owed(request: HttpRequest) -> bool:
    """By a session that is older than its account's factor: else the password would be enough to add another one."""
    factors = Authenticator.objects.filter(user=request.user.pk, type__in=FACTORS)
    return not is_shown(request) and factors.exists()


def page_to_meet_it(request: HttpRequest, then: str) -> str:
    """Of a session that is older than its account's second factor, or older than the rule."""
    types = set(Authenticator.objects.filter(user=request.user.pk, type__in=FACTORS).values_list("type", flat=True))
    if not types:
        return reverse("mfa_index")
    page = "mfa_reauthenticate" if Authenticator.Type.TOTP in types else "mfa_reauthenticate_webauthn"
    return f"{reverse(page)}?{urlencode({'next': then})}"


def is_last_factor(authenticator: Authenticator) -> bool:
    others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS).exclude(pk=authenticator.pk)
    return not others.exists()
