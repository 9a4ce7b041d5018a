"""Two leads that are one person, or look like it: compare and merge."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import words
from desk.lead.duplicates import may_merge
from desk.lead.forms import leads_named
from desk.lead.lead_page import OVERTAKEN, find, may_read_health_text, note_opening, tells_a_plan
from enquiries import stops
from enquiries.actions import merge_leads, tell_apart
from enquiries.actions.leads import ChangedMeanwhile
from enquiries.actions.merging import check_mergeable
from enquiries.models import Lead, LeadEvent
from foundation.actors import Actor, acting

Admin = admin.ModelAdmin


class OtherLeadForm(forms.Form):
    other = forms.CharField(
        label=gettext_lazy("The other lead: name, e-mail address, telephone or number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, lead: Lead) -> None:
        self.lead = lead
        super().__init__(data)

    def clean_other(self) -> list[Lead]:
        return leads_named(self.cleaned_data["other"], self.lead)


class ChosenLeadForm(OtherLeadForm):
    """Posted by a page that shows whom it is about: a number is a lead's, whoever has it in a telephone number."""

    def clean_other(self) -> list[Lead]:
        typed = self.cleaned_data["other"]
        return leads_named(f"#{typed}" if typed.isdecimal() else typed, self.lead)


def merge(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """GET asks which other lead and shows both, POST merges that one into this one."""
    if not may_merge(request):
        raise PermissionDenied
    lead = find(pk)
    if request.method == "POST":
        form: OtherLeadForm = ChosenLeadForm(request.POST, lead=lead)
    else:
        form = OtherLeadForm(request.GET if "other" in request.GET else None, lead=lead)
    found = form.cleaned_data["other"] if form.is_valid() else []
    other = checked(form, found[0], lead) if len(found) == 1 else None
    if other and request.method == "POST" and merged(form, other, lead, acting(request)):
        messages.success(request, _("Merged. For 90 days this can be undone below."))
        return redirect(lead)
    return compare(request, model_admin, form, lead, other or found)


def checked(form: OtherLeadForm, other: Lead, lead: Lead) -> Lead | None:
    """The other one, unless the two cannot be merged either way."""
    try:
        check_mergeable(other, lead)
    except ValidationError as error:
        form.add_error("other", error)
        return None
    return other


def merged(form: OtherLeadForm, other: Lead, lead: Lead, by: Actor) -> bool:
    try:
        merge_leads(lead=other, into=lead, by=by)
    except ValidationError as error:
        form.add_error(None, error)
    except ChangedMeanwhile:
        form.add_error(None, OVERTAKEN)
    return not form.errors


def compare(
    request: HttpRequest, model_admin: Admin, form: OtherLeadForm, lead: Lead, found: Lead | list[Lead]
) -> HttpResponse:
    """With one other lead; of several that are found, the choice."""
    other = found if isinstance(found, Lead) else None
    may_read = may_read_health_text(request)
    for one in filter(None, [other and lead, other]):
        if may_read and tells_a_plan(one):
            note_opening(request, one)
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "opts": Lead._meta,
        "title": _("Merge with another lead"),
        "lead": lead,
        "other": other,
        "found": found if other is None and not form.errors else [],
        "form": form,
        "rows": rows(lead, other, may_read) if other else [],
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/enquiries/lead/merge.html", context, status=status)


def rows(lead: Lead, other: Lead, may_read: bool) -> list[tuple[Any, str, str]]:
    """What each has, the kept one first. What is typed about health is on their own pages."""
    ours, theirs = facts(lead, may_read), facts(other, may_read)
    return [(label, ours[label], theirs[label]) for label in ours]


def facts(lead: Lead, may_read: bool) -> dict[Any, str]:
    why = stops.why_not(lead)
    plan = [words.plan(lead, may_read), words.planned_for(lead)]
    return {
        _("Number"): f"#{lead.pk}",
        _("Name"): lead.name or words.NOTHING,
        _("E-mail"): lead.email or words.NOTHING,
        _("Mail"): str(why.label) if why else _("may be sent"),
        _("Telephone"): lead.phone or words.NOTHING,
        _("Country"): words.country(lead.country),
        _("Stage"): str(lead.get_stage_display()),
        _("Next action"): " · ".join(filter(None, plan)) if lead.is_open else words.NOTHING,
        _("Owner"): str(lead.owner or _("nobody")),
        _("Since"): words.day(lead.created_at),
        _("Enquiries"): str(lead.enquiries.count()),
        _("Packets"): str(lead.deliveries.count()),
        _("Lines on the timeline"): str(LeadEvent.objects.of([lead]).count()),
    }


def told_apart(request: HttpRequest, *, pk: int) -> HttpResponse:
    """“Not the same person”."""
    if not may_merge(request):
        raise PermissionDenied
    lead = find(pk)
    form = ChosenLeadForm(request.POST, lead=lead)
    if request.method == "POST" and form.is_valid():
        try:
            tell_apart(lead=lead, other=form.cleaned_data["other"][0], by=acting(request))
            messages.success(request, _("Noted: they are two people."))
        except ValidationError as error:
            messages.warning(request, error.messages[0])
    return redirect(lead)
