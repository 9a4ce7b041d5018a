"""Four pages, each with the list held in Postgres between them: any web process may answer the next one."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from desk import csv_cells, words
from desk.import_list.apart import read_list
from desk.import_list.forms import ColumnsForm, UploadForm
from enquiries.actions.imports import (
    Kind,
    Outcome,
    Wishes,
    brought_by,
    hold_instead,
    hold_list,
    import_list,
    preview_list,
    undo_import,
)
from enquiries.actions.imports.candidates import in_words
from enquiries.actions.imports.columns import LABELS
from enquiries.actions.imports.faults import RowFault
from enquiries.actions.imports.lists import KEPT, MOST_DAYS, table
from enquiries.actions.imports.undoing import UNDONE
from enquiries.models import Lead, LeadImport
from foundation.actors import acting
from foundation.numbers import number

Admin = admin.ModelAdmin
SHOWN = 50


class NoLongerHeld(Exception):
    """A day is over, somebody was erased meanwhile, or it is the list of somebody else."""


def held_list(request: HttpRequest, pk: int, state: str) -> LeadImport:
    found = LeadImport.objects.held().filter(pk=pk, by=request.user.pk, state=state).first()
    if found is None:
        raise NoLongerHeld
    return found


def check_allowed(request: HttpRequest) -> None:
    if not request.user.has_perm("enquiries.import_leads"):
        raise PermissionDenied


def start_again(request: HttpRequest) -> HttpResponse:
    why = _("This list is not held here: lists are for a day, and gone when a person is erased. Bring it again.")
    messages.warning(request, why)
    return redirect("admin:enquiries_lead_import")


def upload(request: HttpRequest, *, model_admin: Admin) -> HttpResponse:
    check_allowed(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if not form.is_valid():
        return page(request, model_admin, "upload", _("Import leads"), form=form, status=422 if form.is_bound else 200)
    read = form.table
    held = hold_list(
        headings=read.headings,
        rows=read.rows,
        sheet=read.sheet,
        others=read.others,
        file=form.data_of_file,
        file_name=form.file_name(),
        consent=form.cleaned_data["consent"],
        by=acting(request),
    )
    if read.notice:
        messages.warning(request, read.notice)
    return redirect("admin:enquiries_lead_import-columns", held.pk)


def columns(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    check_allowed(request)
    try:
        held = held_list(request, pk, LeadImport.State.WAITING)
        read = table(held)
        form = ColumnsForm(held, read, request.POST if request.method == "POST" else None)
        if form.is_valid():
            return redirect("admin:enquiries_lead_import-preview", held.pk)
    except (NoLongerHeld, LeadImport.DoesNotExist):
        return start_again(request)
    shown = {"form": form, "held": held, "rows": len(read["rows"]), "read": read}
    status = 422 if form.is_bound else 200
    return page(request, model_admin, "columns", _("What is in each column?"), **shown, status=status)


def sheet(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """Another one of the same workbook, which is held beside what was read of it."""
    check_allowed(request)
    try:
        held = held_list(request, pk, LeadImport.State.WAITING)
        if request.method == "POST" and held.file:
            hold_instead(held=held, table=read_list(bytes(held.file), request.POST.get("sheet", ""))._asdict())
    except (NoLongerHeld, LeadImport.DoesNotExist):
        return start_again(request)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("admin:enquiries_lead_import-columns", pk)


def preview(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """GET tries it and takes it back, POST does it."""
    check_allowed(request)
    try:
        held = held_list(request, pk, LeadImport.State.WAITING)
    except NoLongerHeld:
        # A second click finds it done.
        return redirect("admin:enquiries_lead_import-result", pk)
    if not held.columns:
        return redirect("admin:enquiries_lead_import-columns", pk)
    if request.method == "POST":
        return imported(request, held)
    shown = {"held": held, "spread": min(held.wishes.get("spread", 1), MOST_DAYS), **summary(preview_list(held=held))}
    return page(request, model_admin, "preview", _("What will be imported?"), **shown)


def imported(request: HttpRequest, held: LeadImport) -> HttpResponse:
    try:
        import_list(held=held, by=acting(request), request=request, wishes=wishes(request))
    except LeadImport.DoesNotExist:
        return start_again(request)
    return redirect("admin:enquiries_lead_import-result", held.pk)


def wishes(request: HttpRequest) -> Wishes:
    back = frozenset(filter(None, map(number, request.POST.getlist("bring_back"))))
    return Wishes("keep_from_mail" in request.POST, back, max(1, number(request.POST.get("spread", ""))))


def summary(outcomes: list[Outcome]) -> dict[str, Any]:
    """Counts, and the first rows of each kind in words."""
    counts = Counter(outcome.kind for outcome in outcomes)
    return {
        "counts": counted(counts),
        "new": [shown(outcome) for outcome in outcomes if outcome.kind == Kind.NEW][:SHOWN],
        "known": [differing(outcome) for outcome in outcomes if outcome.differences][:SHOWN],
        "refused": [outcome for outcome in outcomes if is_refused(outcome)][:SHOWN],
        "remarks": [outcome for outcome in outcomes if outcome.kind == Kind.NEW and outcome.remarks][:SHOWN],
        # Each of them, since each is asked about.
        "erased": [outcome for outcome in outcomes if may_come_back(outcome)],
        "stopped": sum(outcome.stop is not None and outcome.kind == Kind.REFUSED for outcome in outcomes),
        "notes": sum(bool(outcome.note) and outcome.kind == Kind.KNOWN for outcome in outcomes),
        "most_shown": SHOWN,
        "any_new": bool(counts[Kind.NEW]),
        "most_days": MOST_DAYS,
    }


def is_refused(outcome: Outcome) -> bool:
    return outcome.kind in (Kind.TWICE, Kind.REFUSED) and not may_come_back(outcome)


def may_come_back(outcome: Outcome) -> bool:
    """Erased, and nothing else speaks against them."""
    return outcome.kind == Kind.REFUSED and [fault.code for fault in outcome.faults] == [RowFault.ERASED.value]


def counted(counts: Any) -> list[tuple[str, int]]:
    labels = {
        Kind.NEW: _("new leads"),
        Kind.KNOWN: _("leads already"),
        Kind.TWICE: _("in the file twice"),
        Kind.REFUSED: _("refused"),
    }
    return [(label, counts.get(kind, 0)) for kind, label in labels.items()]


def shown(outcome: Outcome) -> dict[str, Any]:
    lead = outcome.lead
    return {"number": outcome.number, "lead": lead, "country": words.country(lead.country)}


def differing(outcome: Outcome) -> dict[str, Any]:
    pairs = [
        (LABELS[name], words.country(stored) if name == "country" else stored or words.NOTHING, listed)
        for name, stored, listed in outcome.differences
    ]
    return {"number": outcome.number, "lead": outcome.lead, "pairs": pairs}


def result(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    check_allowed(request)
    try:
        held = held_list(request, pk, LeadImport.State.DONE)
    except NoLongerHeld:
        return start_again(request)
    is_undone = UNDONE in held.counts
    left = brought_by(held)
    shown: dict[str, Any] = {
        "counts": counted(held.counts),
        "held": held,
        "refused": max(len(held.refused) - 1, 0),
        "undone": held.counts.get(UNDONE, 0) if is_undone else None,
        "kept": held.counts.get(KEPT, 0),
        "stayed": list(left[:SHOWN]) if is_undone else [],
        "may_undo": not is_undone and left.exists(),
    }
    title = _("The list is taken back") if is_undone else _("The list is imported")
    return page(request, model_admin, "result", title, **shown)


def undo(request: HttpRequest, *, pk: int) -> HttpResponse:
    """GET leads to the page with the button."""
    check_allowed(request)
    try:
        held = held_list(request, pk, LeadImport.State.DONE)
        if request.method == "POST":
            undo_import(held=held, by=acting(request), request=request)
    except NoLongerHeld:
        return start_again(request)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("admin:enquiries_lead_import-result", pk)


def refused(request: HttpRequest, *, pk: int) -> HttpResponse:
    """What did not go in, as it stood in the file, with its number and the reason."""
    check_allowed(request)
    try:
        held = held_list(request, pk, LeadImport.State.DONE)
    except NoLongerHeld:
        return start_again(request)
    heads, *rows = held.refused or [[0, "", []]]
    table = [[_("Row"), _("Why not"), *heads[2]], *([number, in_words(why), *cells] for number, why, cells in rows)]
    text = csv_cells.BYTE_ORDER_MARK + "".join(csv_cells.lines(table))
    headers = {
        "Content-Disposition": f'attachment; filename="import-{held.pk}-refused.csv"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def page(
    request: HttpRequest, model_admin: Admin, name: str, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    frame = {**model_admin.admin_site.each_context(request), "opts": Lead._meta, "title": title}
    template = f"admin/enquiries/lead/import_{name}.html"
    return TemplateResponse(request, template, {**frame, **context}, status=status)
