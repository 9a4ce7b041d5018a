"""Where django-allauth asks what it may do."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic import audit
from clinic.accounts import known_browser, requirement, sealing, throttle
from clinic.models import AuditEvent, StaffUser
from foundation.models import ClinicProfile

WRONG_PASSWORD = _("This e-mail address and password do not belong together. Check both, and Caps Lock.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {**DefaultAccountAdapter.error_messages, "email_password_mismatch": WRONG_PASSWORD}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by who manages them."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Of an IPv6 network its first address: what allauth keeps must look like an address."""
        return throttle.network(request).partition("/")[0] or "0.0.0.0"  # noqa: S104 - nothing listens there

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        address = credentials["email"]
        throttle.admit_password(request, account=found(address), address=address)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        account = super().authenticate(request, **credentials)
        if account and account.is_active:
            throttle.was_right(request)
        return account

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        account = found(credentials["email"])
        about = f"account {account.pk}" if account else ""
        if throttle.is_worth_a_record(account):
            audit.note(AuditEvent.Kind.SIGN_IN_FAILED, about=about, request=request, step="password")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        known_browser.remember(request, response, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_login"))

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Without "you signed in as ...", which the page says anyway."""
        if message_template != "account/messages/logged_in.txt":
            super().add_message(request, level, message_template, *args, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not of somebody who signed in a moment ago; and where a factor is owed, nothing else will do."""
        if requirement.is_owed(self.request):
            raise ImmediateHttpResponse(redirect(requirement.page_to_meet_it(self.request, self.request.path)))
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record["at"] for record in records), default=0.0)
        is_fresh = time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT
        return not is_fresh and super().is_reauthentication_required(app=app, **kwargs)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_index")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise RuntimeError("Every mail goes through the outbox; see clinic/accounts/mails.py.")


class FactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not the right code. Codes change every half minute, and each works once."),
        "cannot_delete_authenticator": _("This is your only second factor, and everybody here needs one. Add another."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (settings.REQUIRE_MFA and requirement.is_last_factor(authenticator))

    def get_totp_issuer(self) -> str:
        return ClinicProfile.objects.current().name

    def build_totp_svg(self, url: str) -> str:
        """For the page itself, as its policy takes no data: addresses; so without what begins an XML file."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey {number}").format(number=number)


def found(address: str) -> StaffUser | None:
    return StaffUser.objects.filter(email=address.strip().lower()).first()
