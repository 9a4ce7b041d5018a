"""What a person may ask of us: a copy of all we hold about them, or to be forgotten."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desk.lead.lead_page import find
from enquiries.actions import erase_person, export_person
from enquiries.models import Enquiry, Lead
from foundation.actors import acting
from foundation.addresses import PlainEmailField
from foundation.models import ClinicProfile
from mailings.models import Consent, OutgoingEmail
from newsletters.models import Subscriber

Admin = admin.ModelAdmin
CONFIRM = gettext_lazy("erase")
HOLD_ADDRESSES: tuple[Any, ...] = (Lead, Enquiry, Subscriber, Consent, OutgoingEmail)


class ConfirmForm(forms.Form):
    """Typing a word keeps a slip of the mouse from erasing somebody."""

    confirm = forms.CharField(
        label=gettext_lazy("Type the word “erase” to confirm"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_confirm(self) -> str:
        word = self.cleaned_data["confirm"]
        if word.strip().lower() != str(CONFIRM):
            raise forms.ValidationError(_("Nothing was erased: the word is “erase”."))
        return word


class AddressForm(ConfirmForm):
    email = PlainEmailField(
        label=gettext_lazy("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    field_order = ["email"]


def may_export(request: HttpRequest) -> bool:
    return request.user.has_perm("enquiries.export_person")


def may_erase(request: HttpRequest) -> bool:
    return request.user.has_perm("enquiries.erase_person")


def export(request: HttpRequest, *, pk: int) -> HttpResponse:
    if not may_export(request):
        raise PermissionDenied
    lead = find(pk)
    if request.method != "POST":
        return redirect(lead)
    found = export_person(lead=lead, by=acting(request), request=request)
    # Named for the lead and the day: a folder of downloads is seen by whoever passes.
    name = f"lead-{lead.pk}-{ClinicProfile.objects.current().today():%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return JsonResponse(found, json_dumps_params={"indent": 2, "ensure_ascii": False}, headers=headers)


def erase_lead(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """GET says what goes and what stays, POST acts."""
    if not may_erase(request):
        raise PermissionDenied
    lead = find(pk)
    if lead.erased_at:
        return redirect(lead)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        erase_person(lead=lead, by=acting(request), request=request)
        messages.success(request, _("Erased. What is left says that something happened, not to whom."))
        return redirect(lead)
    return ask(request, model_admin, form, lead)


def erase_address(request: HttpRequest, *, model_admin: Admin) -> HttpResponse:
    """For whoever has no lead: held or discarded enquiries, the newsletter."""
    if not may_erase(request):
        raise PermissionDenied
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and holds_anything(form):
        leads = erase_person(address=form.cleaned_data["email"], by=acting(request), request=request)
        messages.success(request, erased(leads))
        return redirect("admin:enquiries_lead_changelist")
    return ask(request, model_admin, form)


def holds_anything(form: AddressForm) -> bool:
    """A mistyped address would look like an erased one."""
    email = form.cleaned_data["email"]
    found = any(model._default_manager.filter(email=email).exists() for model in HOLD_ADDRESSES)
    if not found:
        form.add_error("email", _("We hold nothing under this address."))
    return found


def erased(leads: int) -> str:
    if not leads:
        return _("Erased. This address had no lead.")
    return ngettext("Erased, with %(count)d lead.", "Erased, with %(count)d leads.", leads) % {"count": leads}


def ask(request: HttpRequest, model_admin: Admin, form: ConfirmForm, lead: Lead | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "opts": Lead._meta,
        "title": _("Erase this person?") if lead else _("Erase a person by address"),
        "lead": lead,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/enquiries/lead/erase.html", context, status=status)
