"""The pages of an account that allauth does not have, or not as we want them."""

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.views import LoginView, PasswordChangeView, PasswordResetFromKeyView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic import audit
from clinic.accounts import known_browser, requirement
from clinic.accounts.sessions import IDLE, LONG, end_sessions
from clinic.models import AuditEvent, StaffUser
from enquiries.actions import choose_digest, choose_reminders
from enquiries.models import FOLLOWS_UP, digest_readers, reminder_readers


class SignInView(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        return super().get_context_data(
            ended=why_ended(asked.get("ended", "")), unsaved="ended" in asked and "unsaved" in asked, **kwargs
        )


def why_ended(why: str) -> str:
    return {
        IDLE: _("You were signed out, as nothing was done here for %(minutes)s minutes.")
        % {"minutes": settings.SESSION_IDLE_MINUTES},
        LONG: _("You were signed out, as you had been signed in for %(hours)s hours.")
        % {"hours": settings.SESSION_LONGEST_HOURS},
    }.get(why, "")


@login_required
def my_account(request: HttpRequest) -> HttpResponse:
    factors = Authenticator.objects.filter(user=request.user.pk, type__in=requirement.FACTORS).count()
    context = {
        "factors": factors,
        "sessions": len(UserSession.objects.purge_and_list(request.user)),
        "may_have_morning_mail": request.user.has_perm("enquiries.view_lead"),
        "has_morning_mail": digest_readers().filter(pk=request.user.pk).exists(),
        "may_have_reminders": request.user.has_perm(FOLLOWS_UP),
        "has_reminders": reminder_readers().filter(pk=request.user.pk).exists(),
    }
    return render(request, "account/index.html", context)


@login_required
@require_POST
def choose_morning_mail(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("enquiries.view_lead"):
        raise PermissionDenied
    wanted = "wanted" in request.POST
    choose_digest(account=request.user, wanted=wanted)
    messages.success(request, _("The mail of the morning comes.") if wanted else _("No mail of the morning comes."))
    return redirect("account_index")


@login_required
@require_POST
def choose_own_reminders(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(FOLLOWS_UP):
        raise PermissionDenied
    wanted = "wanted" in request.POST
    choose_reminders(account=request.user, wanted=wanted)
    messages.success(request, _("Reminders come by mail.") if wanted else _("No reminders come by mail."))
    return redirect("account_index")


# So that nothing changes without the row that says so.
with_its_row = method_decorator(transaction.atomic, name="form_valid")


@with_its_row
class OwnPasswordView(PasswordChangeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """An account without a password gets one by mail."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            return redirect("account_reset_password")
        return super().dispatch(request, *args, **kwargs)


@with_its_row
class SetPasswordView(PasswordResetFromKeyView):
    """Behind the mailed link. Whoever holds the mailbox is known from here on, and everybody else is signed out."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        end_sessions(self.reset_user)
        known_browser.remember_by_mail(self.request, response, self.reset_user)
        return response


@with_its_row
class SessionsView(ListUserSessionsView):
    def form_valid(self, form: Any) -> HttpResponse:
        everywhere = "everywhere" in self.request.POST
        user = self.request.user
        ended = end_sessions(user, but=None if everywhere else self.request.session.session_key)
        audit.note(
            AuditEvent.Kind.SESSIONS_ENDED, by=user, about=f"account {user.pk}", request=self.request, ended=ended
        )
        if everywhere:
            logout(self.request)
            return redirect("account_login")
        messages.success(self.request, _("You are signed in nowhere but here."))
        return HttpResponseRedirect(self.get_success_url())


def hold_still(account: Any) -> None:
    """Of two factors that are removed at the same moment each would be told that the other one is left."""
    StaffUser.objects.select_for_update(no_key=True).get(pk=account.pk)


@method_decorator(transaction.atomic, name="post")
class RemoveAppView(DeactivateTOTPView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Its form asks whether another factor is left."""
        hold_still(request.user)
        return super().post(request, *args, **kwargs)


@with_its_row
class RemovePasskeyView(RemoveWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        hold_still(self.request.user)
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(reverse("mfa_index"))
        return super().form_valid(form)


sign_in = SignInView.as_view()
