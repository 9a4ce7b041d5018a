"""The page by which a colleague is invited, and the button that takes it back."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.accounts.invitations import invite, revoke
from clinic.models import StaffUser
from clinic.roles import ROLES
from foundation.actors import acting
from foundation.addresses import AddressFormField

Admin = admin.ModelAdmin


class InviteForm(forms.Form):
    email = AddressFormField(label=gettext_lazy("E-mail address"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    role = forms.ChoiceField(label=gettext_lazy("What they do"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="invite_%s")
        roles = [(name, f"{role.label}: {role.does}") for name, role in ROLES.items()]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


def urls(model_admin: Admin) -> list[Any]:
    wrap = model_admin.admin_site.admin_view
    return [
        path("invite/", wrap(partial(page, model_admin=model_admin)), name="clinic_staffuser_invite"),
        path(
            "<int:pk>/revoke-invitation/",
            wrap(partial(take_back, model_admin=model_admin)),
            name="clinic_staffuser_revoke-invitation",
        ),
    ]


def page(request: HttpRequest, *, model_admin: Admin) -> HttpResponse:
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and invited(request, form):
        messages.success(request, _("A mail with a link is on its way to them."))
        return redirect("admin:clinic_staffuser_changelist")
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": StaffUser._meta,
        "title": _("Invite a colleague"),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/clinic/staffuser/invite.html", context, status=status)


def invited(request: HttpRequest, form: InviteForm) -> bool:
    try:
        invite(by=acting(request), request=request, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
    return not form.errors


def take_back(request: HttpRequest, pk: int, *, model_admin: Admin) -> HttpResponse:
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    account = get_object_or_404(StaffUser, pk=pk)
    if request.method == "POST" and revoke(account=account, by=acting(request), request=request):
        messages.success(request, _("The invitation is taken back: its link opens nothing any more."))
    return redirect("admin:clinic_staffuser_change", account.pk)
