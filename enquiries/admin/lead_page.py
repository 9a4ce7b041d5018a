"""One lead on one page: what to do next, who it is, what happened; and the posts that change it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.templatetags.pills import pill
from enquiries.admin import words
from enquiries.admin.timeline import Line, timeline
from enquiries.models import Enquiry, Lead
from enquiries.signals import health_text_opened
from enquiries.staff_forms import VERBS, AddLeadForm, LeadForm, ResendForm, probable_address
from mailings import rules
from mailings.models import Consent, OutgoingEmail

# A page of work, not an archive: what is older is one click away.
NEWEST_EVENTS = 100
NEWEST_MAILS = 20

Admin = admin.ModelAdmin


def show(request: HttpRequest, *, model_admin: Admin, object_id: str) -> HttpResponse:
    lead = find(object_id)
    if not model_admin.has_view_permission(request, lead):
        raise PermissionDenied
    return page(request, model_admin, lead)


def find(pk: Any) -> Lead:
    try:
        return Lead.objects.select_related("owner", "merged_into").get(pk=pk)
    except (Lead.DoesNotExist, ValueError) as error:
        raise Http404 from error


def act(request: HttpRequest, *, model_admin: Admin, verb: str, pk: int) -> HttpResponse:
    """What one of the page's forms posted. A refusal is the page again, with the form as typed."""
    lead = find(pk)
    if not model_admin.has_change_permission(request, lead) or not may_use(request, verb):
        raise PermissionDenied
    if request.method != "POST":
        return redirect(lead)
    form = VERBS[verb](lead, request.POST)
    if form.is_valid() and applied(form, lead, request.user):
        messages.success(request, form.done)
        return redirect(lead)
    return page(request, model_admin, find(pk), refused=form)


def may_use(request: HttpRequest, verb: str) -> bool:
    return verb != ResendForm.verb or request.user.has_perm("enquiries.resend_packet")


def applied(form: LeadForm, lead: Lead, by: Any) -> bool:
    try:
        form.apply(lead, by)
    except ValidationError as error:
        form.add_error(None, error)
    return not form.errors


def page(request: HttpRequest, model_admin: Admin, lead: Lead, refused: LeadForm | None = None) -> HttpResponse:
    lines, more = newest_lines(lead, "all" in request.GET)
    may_read = may_read_health_text(request)
    if may_read and shows_health_text(lead, lines):
        note_opening(request, lead)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Lead._meta,
        "title": str(lead),
        "lead": lead,
        "stage": pill(lead.stage, lead.get_stage_display()),
        "due": words.due(lead, timezone.localdate()),
        "country": words.country(lead.country),
        "probable_address": probable_address(lead),
        "suppressed": rules.suppressed(lead.email) if lead.email else None,
        "consents": consents(lead),
        "mails": mails(lead),
        "may_read": may_read,
        "lines": lines if may_read else [line.without_health_text() for line in lines],
        "more_lines": more,
        "forms": forms_for(request, lead, refused) if model_admin.has_change_permission(request, lead) else {},
        "refused": refused.verb if refused else None,
        "may_export": request.user.has_perm("enquiries.export_person") and lead.erased_at is None,
        "may_erase": request.user.has_perm("enquiries.erase_person") and lead.erased_at is None,
    }
    return TemplateResponse(request, "admin/enquiries/lead/page.html", context, status=422 if refused else 200)


def may_read_health_text(request: HttpRequest) -> bool:
    return request.user.has_perm("enquiries.view_health_text")


def shows_health_text(lead: Lead, lines: list[Line]) -> bool:
    """Of a closed lead it says why, also when that line is too old to be shown."""
    said = lead.closed_reason if lead.erased_at is None else ""
    return bool(said) or any(line.holds_health_text for line in lines)


def note_opening(request: HttpRequest, row: Lead | Enquiry) -> None:
    """Before anything is shown: whoever reads what a person wrote leaves a row, or gets no page."""
    health_text_opened.send(sender=type(row), row=row, by=request.user, request=request)


def newest_lines(lead: Lead, show_all: bool) -> tuple[list[Line], bool]:
    """The timeline, and whether there is more of it."""
    lines = timeline(lead, None if show_all else NEWEST_EVENTS + 1)
    more = not show_all and len(lines) > NEWEST_EVENTS
    return (lines[:NEWEST_EVENTS] if more else lines), more


def forms_for(request: HttpRequest, lead: Lead, refused: LeadForm | None) -> dict[str, LeadForm]:
    """By verb with underscores, as templates want it; the refused form instead of a fresh one."""
    fresh = {verb: form(lead) for verb, form in VERBS.items() if may_use(request, verb)}
    if refused:
        fresh[refused.verb] = refused
    return {verb.replace("-", "_"): form for verb, form in fresh.items()}


def consents(lead: Lead) -> QuerySet[Consent]:
    return Consent.objects.filter(contact_enquiries__lead=lead).select_related("wording", "recorded_by")[:1]


def mails(lead: Lead) -> QuerySet[OutgoingEmail]:
    """Packets of this lead, also to an address since corrected, and all else that went to the present one."""
    packets = OutgoingEmail.objects.filter(packet_delivery__lead=lead)
    # Two index look-ups; with OR, Postgres would read the whole ledger.
    found = packets.union(OutgoingEmail.objects.to(lead.email)) if lead.email else packets
    newest = found.order_by("-created_at").values_list("pk", flat=True)[:NEWEST_MAILS]
    return OutgoingEmail.objects.filter(pk__in=list(newest)).select_related("packet_delivery")


def add(request: HttpRequest, *, model_admin: Admin) -> HttpResponse:
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    form = AddLeadForm(request.POST or None, by=request.user)
    if form.is_valid() and (lead := added(form, request.user)):
        messages.success(request, _("%(lead)s is on the list.") % {"lead": lead})
        return redirect(lead)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Lead._meta,
        "title": _("Add a lead"),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/enquiries/lead/add.html", context, status=status)


def added(form: AddLeadForm, by: Any) -> Lead | None:
    try:
        return form.add(by)
    except ValidationError as error:
        form.add_error(None, error)
    return None
