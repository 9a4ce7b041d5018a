"""The list of leads as a file, just as it is filtered, searched and ordered: what for, and it is on record before."""

import uuid
from collections.abc import Callable, Container, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_countries import countries

from desk import csv_cells
from desk.whole_files import whole_file
from enquiries.models import ContactChoice, Lead, LeadEvent, contact_choices, tags_of
from enquiries.models.contact import roots_of
from enquiries.signals import export_ended, leads_exported
from enquiries.stops import why_not_mailed
from foundation import counts
from foundation.actors import acting
from foundation.admin import keyset
from foundation.models import ClinicProfile
from foundation.outage import OUTAGES

Admin = admin.ModelAdmin
Zone = ZoneInfo
# Read at a time: some 2 MB, in a tenth of a second, by a query that ends. Nothing is held open between two of them, so
# it works behind pgbouncer and keeps no old rows alive.
CHUNK = 2000


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("What is this list for?"),
        min_length=10,
        max_length=300,
        help_text=gettext_lazy("One sentence. It stays on record with your name, for good: name no lead in it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"min_length": gettext_lazy("Say it in a sentence, so that it can be understood next year.")},
    )


# What the file says of a lead. Nothing that a person wrote, no note, no reason for closing and no next action: these
# may speak of health, and a file is read by whoever finds it.
COLUMNS: list[tuple[Any, Callable[[Lead, Zone], Any]]] = [
    (gettext_lazy("Number"), lambda lead, zone: lead.pk),
    (gettext_lazy("Name"), lambda lead, zone: lead.name),
    (gettext_lazy("E-mail address"), lambda lead, zone: lead.email),
    (gettext_lazy("Telephone"), lambda lead, zone: lead.phone),
    (gettext_lazy("Country code"), lambda lead, zone: lead.country),
    (gettext_lazy("Country"), lambda lead, zone: countries.name(lead.country)),
    (gettext_lazy("Stage"), lambda lead, zone: Lead.Stage(lead.stage).label),
    (gettext_lazy("Owner"), lambda lead, zone: str(lead.owner or "")),
    (gettext_lazy("Next action on"), lambda lead, zone: iso(lead.next_action_on if lead.is_open else None, zone)),
    (gettext_lazy("Next action at"), lambda lead, zone: iso(lead.next_action_at if lead.is_open else None, zone)),
    (gettext_lazy("Since"), lambda lead, zone: iso(lead.created_at, zone)),
    (gettext_lazy("Asked"), lambda lead, zone: iso(lead.asked_at, zone)),
    (gettext_lazy("First answered"), lambda lead, zone: iso(lead.first_answered_at, zone)),
]
# In the place of what somebody typed, in the record of an export.
TYPED = "typed"
# Of the last call with a person. How it went by what the site knows: the clinic's own words may be about a treatment.
CALLS: list[tuple[Any, Callable[[LeadEvent, Zone], Any]]] = [
    (gettext_lazy("Last call"), lambda call, zone: iso(call.at, zone)),
    (gettext_lazy("Logged by"), lambda call, zone: str(call.actor or "")),
    (gettext_lazy("Who called"), lambda call, zone: chosen(LeadEvent.Direction, call.data.get("direction"))),
    (gettext_lazy("How the call went"), lambda call, zone: chosen(LeadEvent.Outcome, call.data.get("outcome"))),
]
TAGS = gettext_lazy("Tags")
CONTACT = gettext_lazy("Contact")
MAY_MAIL = gettext_lazy("May be mailed")


def urls(model_admin: Admin) -> list[Any]:
    view = partial(export_list, model_admin=model_admin)
    return [path("export/", model_admin.admin_site.admin_view(view), name="enquiries_lead_export-list")]


def may_export(request: HttpRequest) -> bool:
    return request.user.has_perm("enquiries.export_leads")


def export_list(request: HttpRequest, *, model_admin: Admin) -> HttpResponseBase:
    """GET says what leaves the house, POST sends it. The query string is that of the list."""
    if not may_export(request):
        raise PermissionDenied
    try:
        changelist = model_admin.get_changelist_instance(request)
    except admin.options.IncorrectLookupParameters:
        return redirect("admin:enquiries_lead_changelist")
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return ask(request, model_admin, form, changelist)
    number = uuid.uuid4().hex[:12]
    note(request, changelist, form.cleaned_data["purpose"], number)
    return attachment(request, changelist.queryset, number)


def ask(request: HttpRequest, model_admin: Admin, form: PurposeForm, changelist: Any) -> HttpResponse:
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "opts": Lead._meta,
        "title": _("Export this list"),
        "form": form,
        "leads": counts.in_words(changelist.result_count),
        "narrowed": bool(changelist.query or changelist.has_active_filters),
        "columns": headings(),
        "query_string": request.GET.urlencode(),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/enquiries/lead/export_list.html", context, status=status)


def headings() -> list[str]:
    return [*(str(label) for label, _value in (*COLUMNS, *CALLS)), str(TAGS), str(CONTACT), str(MAY_MAIL)]


@transaction.atomic
def note(request: HttpRequest, changelist: Any, purpose: str, number: str) -> None:
    """Committed before the first row is read: what cannot be put on record is not exported."""
    leads = changelist.queryset.order_by().count()
    told = {"by": acting(request), "request": request, "purpose": purpose, "number": number}
    leads_exported.send(sender=Lead, leads=leads, filters=filters(request, changelist), **told)


def filters(request: HttpRequest, changelist: Any) -> dict[str, str]:
    """By which the list was narrowed and ordered. Of what somebody typed only that they did: it may be a name."""
    choices: dict[str, set[str]] = {}
    for spec in changelist.filter_specs:
        choices[getattr(spec, "parameter_name", "")] = {str(value) for value, _label in spec.lookup_choices}
    given = {name: request.GET.get(name, "") for name in request.GET if request.GET.get(name)}
    return {name: value if value in choices.get(name, ()) else TYPED for name, value in given.items()}


def attachment(request: HttpRequest, queryset: QuerySet[Lead], number: str) -> StreamingHttpResponse:
    profile = ClinicProfile.objects.current()

    def ended(leads: int, whole: bool) -> None:
        told = {"leads": leads, "whole": whole, "by": acting(request), "request": request, "number": number}
        surely(partial(export_ended.send, sender=Lead, **told))

    return whole_file(f"leads-{profile.today():%Y-%m-%d}.csv", written(queryset, profile.zone), ended)


def surely(write: Callable[[], object]) -> None:
    """A download may take as long as its receiver does: what Postgres ended meanwhile is noticed at the next query.

    Again does no harm where only the answer was lost: whoever puts it on record looks whether it stands there.
    """
    try:
        write()
    except OUTAGES:
        connection.close()
        write()


def written(queryset: QuerySet[Lead], zone: Zone) -> Iterator[tuple[str, int]]:
    """A piece of the file for each chunk, and how many leads stand in it.

    The last line says how many there are, so that a file that was cut off cannot pass for the list.
    """
    count = 0
    yield csv_cells.BYTE_ORDER_MARK + "".join(csv_cells.lines([headings()])), 0
    for leads in chunks(queryset):
        forbidden, choices, calls = why_not_mailed(leads), contact_choices(leads), last_calls(leads)
        tags = tags_of(leads)
        count += len(leads)
        rows = (
            row(lead, zone, tags.get(lead.pk, []), choices.get(lead.pk), forbidden, calls.get(lead.pk))
            for lead in leads
        )
        yield "".join(csv_cells.lines(rows)), len(leads)
    yield "".join(csv_cells.lines([[last_line(count)]])), 0


def last_line(leads: int) -> str:
    return ngettext("End of the list: %(count)d lead", "End of the list: %(count)d leads", leads) % {"count": leads}


def chunks(queryset: QuerySet[Lead]) -> Iterator[list[Lead]]:
    """In the order of the list, each from where the last one ended: a lead that moves meanwhile is read where it is."""
    after: list[keyset.Key] | None = None
    while leads := list((queryset.filter(keyset.beyond(after)) if after else queryset)[:CHUNK]):
        yield leads
        after = keyset.read(queryset, keyset.written(queryset, leads[-1]))
        if after is None or len(leads) < CHUNK:
            return


def last_calls(leads: list[Lead]) -> dict[int, LeadEvent]:
    """By number, also with what was merged into it. One query, and one for each depth of merges."""
    whose = roots_of(lead.pk for lead in leads)
    calls = LeadEvent.objects.filter(lead__in=whose, kind=LeadEvent.Kind.CALL).select_related("actor")
    newest = calls.order_by("lead_id", "-at", "-pk").distinct("lead_id")
    in_order = sorted(newest, key=lambda call: (call.at, call.pk))
    return {root: call for call in in_order for root in whose[call.lead_id]}


def chosen(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else ""


def row(
    lead: Lead,
    zone: Zone,
    tags: list[str],
    choice: ContactChoice | None,
    forbidden: Container[int],
    call: LeadEvent | None,
) -> list[Any]:
    may_mail = lead.pk not in forbidden
    contact = choice.label if choice else ""
    known = [value(lead, zone) for _label, value in COLUMNS]
    of_call = [value(call, zone) if call else "" for _label, value in CALLS]
    return [*known, *of_call, ", ".join(tags), contact, _("yes") if may_mail else _("no")]


def iso(moment: datetime | date | None, zone: Zone) -> str:
    """ISO 8601, where the clinic is."""
    if isinstance(moment, datetime):
        return moment.astimezone(zone).isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""
