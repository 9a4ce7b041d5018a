"""Two leads that were taken for one: apart again, with what was said meanwhile."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.lead.duplicates import may_merge
from desk.lead.lead_page import OVERTAKEN, find
from enquiries.actions import take_address_off, unmerge_lead
from enquiries.actions.leads import ChangedMeanwhile
from enquiries.actions.merging import said_while_merged
from enquiries.actions.whose_word import Whose
from enquiries.models import Lead, LeadEvent
from foundation.actors import acting


class WhoseForm(forms.Form):
    whose = forms.ChoiceField(
        label=gettext_lazy("Whose word was it?"), choices=Whose.choices, widget=forms.RadioSelect, required=False
    )


def unmerge(request: HttpRequest, *, pk: int) -> HttpResponse:
    """A POST takes apart; where somebody asked for no mail or no contact meanwhile, it asks whose word that was."""
    if not may_merge(request):
        raise PermissionDenied
    lead, form = find(pk), WhoseForm(request.POST)
    if request.method == "POST":
        said = said_while_merged(lead)
        if said and not (form.is_valid() and form.cleaned_data["whose"]):
            return asked_whose(request, lead, said, form)
        take_apart(request, lead, form.cleaned_data["whose"] if said else "")
    return redirect(lead)


def take_apart(request: HttpRequest, lead: Lead, whose: str) -> None:
    try:
        unmerge_lead(lead=lead, by=acting(request), whose=whose)
        messages.success(request, _("Taken apart. What came in meanwhile from its own address goes along."))
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    except ChangedMeanwhile:
        messages.warning(request, OVERTAKEN)


def asked_whose(request: HttpRequest, lead: Lead, said: list[LeadEvent], form: WhoseForm) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": Lead._meta,
        "title": _("Take apart again"),
        "lead": lead,
        "said": said,
        "form": form,
    }
    return TemplateResponse(request, "admin/enquiries/lead/take_apart.html", context, status=422)


def mistyped(request: HttpRequest, *, pk: int) -> HttpResponse:
    """“This address was mistyped: it is not theirs.”"""
    if not may_merge(request):
        raise PermissionDenied
    lead = find(pk)
    if request.method == "POST":
        try:
            take_address_off(lead=lead, by=acting(request))
            messages.success(request, _("Noted: what comes from that address is not theirs."))
        except ValidationError as error:
            messages.warning(request, error.messages[0])
        except ChangedMeanwhile:
            messages.warning(request, OVERTAKEN)
    return redirect(lead.survivor())
