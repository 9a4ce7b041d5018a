"""Behind the link of an invitation: a colleague chooses a password, and signs in with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from clinic.accounts.forms import OurWords
from clinic.accounts.invitations import take
from clinic.models import StaffInvitation


class FirstPasswordForm(OurWords, SetPasswordForm):
    labels = {"new_password1": gettext_lazy("Password"), "new_password2": gettext_lazy("Once more")}


@sensitive_post_parameters()
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST acts. One answer to every link that does not hold, so that none tells of an account."""
    invitation = StaffInvitation.objects.of_token(token).select_related("account").first()
    if invitation is None:
        return _page(request, 404)
    form = FirstPasswordForm(invitation.account, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, 422 if form.is_bound else 200, form=form, address=invitation.account.email)
    if not take(token=token, password=form.cleaned_data["new_password1"], request=request):
        return _page(request, 404)
    messages.success(request, _("Your password is set. Sign in with it."))
    return redirect("account_login")


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    response = render(request, "account/invited.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
