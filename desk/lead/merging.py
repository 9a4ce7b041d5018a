"""Two leads that are one person, or look like it: compare and merge."""

from typing import Any, NamedTuple

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
from desk.lead.lead_page import find, may_read_health_text, note_opening, tells_a_plan
from enquiries import stops
from enquiries.actions import merge_leads, tell_apart
from enquiries.actions.leads import ChangedMeanwhile, planned
from enquiries.actions.merging import check_mergeable, first_planned
from enquiries.models import Lead, LeadEvent, possible_owners
from enquiries.models.call_hours import call_hours_in_words
from foundation.actors import Actor, acting
from foundation.numbers import is_number, number

Admin = admin.ModelAdmin
CHOOSE_AGAIN = gettext_lazy("One of the two was changed meanwhile. This is how they are now: look again, then choose.")


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


class ChoicesForm(forms.Form):
    """Of what both have, and not the same, which one the survivor keeps. A post that says nothing leaves its own."""

    seen = forms.CharField(required=False, max_length=50)

    def __init__(self, data: Any = None, *, lead: Lead, other: Lead) -> None:
        super().__init__(data)
        self.both = [lead, other]
        first = {"next_action": first_planned(other, lead)}
        for name in differing(lead, other):
            numbers = [(str(one.pk), "") for one in self.both]
            initial = str(first.get(name, lead.pk))
            self.fields[name] = forms.ChoiceField(choices=numbers, required=False, initial=initial)

    @property
    def to_choose(self) -> bool:
        return set(self.fields) != {"seen"}

    @property
    def versions(self) -> str:
        return " ".join(str(one.version) for one in self.both)

    @property
    def chosen(self) -> dict[str, int]:
        return {name: int(number) for name, number in self.cleaned_data.items() if number and name != "seen"}

    @property
    def seen_versions(self) -> dict[int, int]:
        """Of both when the page was made, where that says so."""
        versions = [int(part) for part in self.cleaned_data["seen"].split() if is_number(part)]
        return {one.pk: version for one, version in zip(self.both, versions, strict=False)}

    def radios(self, name: str, one: Lead) -> dict[str, Any] | None:
        if name not in self.fields:
            return None
        number = str(one.pk)
        return {"name": name, "value": number, "is_chosen": self[name].value() == number}


def differing(lead: Lead, other: Lead) -> list[str]:
    """Where the other one has something else. An owner who follows up no leads any more gets none."""
    found = [
        name
        for name in ("name", "phone", "country", "call_hours")
        if getattr(other, name) not in ("", getattr(lead, name))
    ]
    if other.owner_id not in (None, lead.owner_id) and possible_owners().filter(pk=other.owner_id).exists():
        found.append("owner")
    if lead.is_open and other.is_open and planned(lead) != planned(other):
        found.append("next_action")
    return found


def merge(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """GET asks which other lead and shows both, POST merges that one into this one."""
    if not may_merge(request):
        raise PermissionDenied
    lead = find(pk)
    if request.method == "POST" and merged_already(lead, request.POST.get("other", ""), acting(request)):
        messages.info(request, _("You have merged them already."))
        return redirect(lead)
    if request.method == "POST":
        form: OtherLeadForm = ChosenLeadForm(request.POST, lead=lead)
    else:
        form = OtherLeadForm(request.GET if "other" in request.GET else None, lead=lead)
    found = form.cleaned_data["other"] if form.is_valid() else []
    other = checked(form, found[0], lead) if len(found) == 1 else None
    if other is None:
        return compare(request, model_admin, form, lead, found)
    choices = ChoicesForm(request.POST if request.method == "POST" else None, lead=lead, other=other)
    if request.method == "POST" and merged(form, choices, acting(request)):
        messages.success(request, _("Merged. For 90 days this can be undone below."))
        return redirect(lead)
    return compare(request, model_admin, form, lead, other, choices)


def merged_already(lead: Lead, other: str, by: Actor) -> bool:
    """A second click: they did it themselves, and nobody has taken the two apart since."""
    pk = number(other.removeprefix("#"))
    is_one = Lead.objects.filter(pk=pk, merged_into=lead).exists()
    done = LeadEvent.objects.filter(kind=LeadEvent.Kind.MERGED, lead=lead, data__merged=pk)
    last = done.order_by("-pk").first() if is_one else None
    return last is not None and last.actor_id == by.account.pk


def checked(form: OtherLeadForm, other: Lead, lead: Lead) -> Lead | None:
    """The other one, unless the two cannot be merged either way."""
    try:
        check_mergeable(other, lead)
    except ValidationError as error:
        form.add_error("other", error)
        return None
    return other


def merged(form: OtherLeadForm, choices: ChoicesForm, by: Actor) -> bool:
    lead, other = choices.both
    try:
        if not choices.is_valid():
            raise ValidationError(CHOOSE_AGAIN)
        merge_leads(lead=other, into=lead, by=by, chosen=choices.chosen, seen=choices.seen_versions)
    except ValidationError as error:
        form.add_error(None, error.messages)
    except ChangedMeanwhile:
        form.add_error(None, CHOOSE_AGAIN)
    return not form.errors


def compare(
    request: HttpRequest,
    model_admin: Admin,
    form: OtherLeadForm,
    lead: Lead,
    found: Lead | list[Lead],
    choices: ChoicesForm | None = None,
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
        "choices": choices,
        "rows": rows(choices, may_read) if choices else [],
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/enquiries/lead/merge.html", context, status=status)


class Cell(NamedTuple):
    """What one of the two has; with a radio button where that is to be chosen."""

    value: str
    radio: dict[str, Any] | None


def rows(choices: ChoicesForm, may_read: bool) -> list[tuple[Any, list[Cell]]]:
    """What each has, the kept one first. What is typed about health is on their own pages."""
    told = [(one, facts(one, may_read)) for one in choices.both]
    return [(label, [Cell(facts[name], choices.radios(name, one)) for one, facts in told]) for name, label in LABELS]


LABELS = [
    ("number", gettext_lazy("Number")),
    ("name", gettext_lazy("Name")),
    ("email", gettext_lazy("E-mail")),
    ("mail", gettext_lazy("Mail")),
    ("phone", gettext_lazy("Telephone")),
    ("country", gettext_lazy("Country")),
    ("call_hours", gettext_lazy("Prefers to be called")),
    ("stage", gettext_lazy("Stage")),
    ("next_action", gettext_lazy("Next action")),
    ("owner", gettext_lazy("Owner")),
    ("since", gettext_lazy("Since")),
    ("enquiries", gettext_lazy("Enquiries")),
    ("packets", gettext_lazy("Packets")),
    ("lines", gettext_lazy("Lines on the timeline")),
]


def facts(lead: Lead, may_read: bool) -> dict[str, str]:
    why = stops.why_not(lead)
    plan = [words.plan(lead, may_read), words.planned_for(lead)]
    return {
        "number": f"#{lead.pk}",
        "name": lead.name or words.NOTHING,
        "email": lead.email or words.NOTHING,
        "mail": str(why.label) if why else _("may be sent"),
        "phone": lead.phone or words.NOTHING,
        "country": words.country(lead.country),
        "call_hours": call_hours_in_words(lead.call_hours) or words.NOTHING,
        "stage": str(lead.get_stage_display()),
        "next_action": " · ".join(filter(None, plan)) if lead.is_open else words.NOTHING,
        "owner": str(lead.owner or _("nobody")),
        "since": words.day(lead.created_at),
        "enquiries": str(lead.enquiries.count()),
        "packets": str(lead.deliveries.count()),
        "lines": str(LeadEvent.objects.of([lead]).count()),
    }


def told_apart(request: HttpRequest, *, pk: int) -> HttpResponse:
    """“Not the same person”."""
    if not may_merge(request):
        raise PermissionDenied
    lead = find(pk)
    form = ChosenLeadForm(request.POST, lead=lead)
    if request.method == "POST" and not form.is_valid():
        messages.warning(request, str(form.errors["other"][0]))
    elif request.method == "POST":
        try:
            tell_apart(lead=lead, other=form.cleaned_data["other"][0], by=acting(request))
            messages.success(request, _("Noted: they are two people."))
        except ValidationError as error:
            messages.warning(request, error.messages[0])
    return redirect(lead)
