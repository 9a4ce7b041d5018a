"""Two pages, with the list held in Postgres between them: any web process may answer the second."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from desk.import_subscribers.forms import SubscribersForm
from desk.import_subscribers.rows import caution
from foundation.actors import acting
from newsletters.actions import hold_subscribers, import_subscribers
from newsletters.actions.imports import Becomes, Outcomes, preview_subscribers
from newsletters.models import Subscriber, SubscriberImport

Admin = admin.ModelAdmin
SHOWN = 50
PROOF = ("how", "place", "words", "agreed_on")
# Of these the first rows are shown, so that somebody can look them up in the file.
LEFT_OUT = set(Becomes) - {Becomes.JOINS, Becomes.INVITED, Becomes.KNOWN, Becomes.WAITS}


def check_allowed(request: HttpRequest) -> None:
    if not request.user.has_perm("newsletters.import_subscribers"):
        raise PermissionDenied


def upload(request: HttpRequest, *, model_admin: Admin) -> HttpResponse:
    check_allowed(request)
    form = SubscribersForm(request.POST, request.FILES) if request.method == "POST" else SubscribersForm()
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return page(request, model_admin, "upload", _("Import subscribers"), form=form, status=status)
    proof = {name: form.cleaned_data[name] for name in PROOF}
    held = hold_subscribers(rows=form.rows, by=acting(request), file_name=form.file_name()[:200], **proof)
    for notice in filter(None, [form.table.notice, caution(form.table.headings)]):
        messages.warning(request, notice)
    return redirect("admin:newsletters_subscriber_import-preview", held.pk)


def preview(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """GET says what would become of each, POST does it."""
    check_allowed(request)
    own = SubscriberImport.objects.filter(pk=pk, by=request.user.pk)
    held = own.held().first()
    if held is None:
        return done(request, model_admin, own.filter(state=SubscriberImport.State.DONE).first())
    if request.method == "POST":
        import_subscribers(held=held, by=acting(request), request=request)
        return redirect("admin:newsletters_subscriber_import-preview", pk)
    outcomes = preview_subscribers(held)
    counts = Counter(becomes for _row, becomes in outcomes)
    shown: dict[str, Any] = {
        "held": held,
        "counts": counted(counts),
        "left_out": left_out(outcomes),
        "most_shown": SHOWN,
    }
    return page(request, model_admin, "preview", _("What becomes of whom?"), **shown)


def done(request: HttpRequest, model_admin: Admin, held: SubscriberImport | None) -> HttpResponse:
    if held is None:
        why = _("This list is not held here: lists are for a day, and gone when a person is erased. Bring it again.")
        messages.warning(request, why)
        return redirect("admin:newsletters_subscriber_import")
    shown: dict[str, Any] = {"held": held, "counts": counted(held.counts), "is_done": True}
    return page(request, model_admin, "preview", _("The list is imported"), **shown)


def counted(counts: Any) -> list[tuple[Any, int]]:
    return [(becomes.label, counts[becomes.value]) for becomes in Becomes if counts.get(becomes.value)]


def left_out(outcomes: Outcomes) -> list[dict[str, Any]]:
    found = [(row, becomes) for row, becomes in outcomes if becomes in LEFT_OUT]
    return [{"number": row.number, "address": row.address, "why": becomes.label} for row, becomes in found[:SHOWN]]


def page(
    request: HttpRequest, model_admin: Admin, name: str, title: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    frame = {**model_admin.admin_site.each_context(request), "opts": Subscriber._meta, "title": title}
    template = f"admin/newsletters/subscriber/import_{name}.html"
    return TemplateResponse(request, template, {**frame, **context}, status=status)
