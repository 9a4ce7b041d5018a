"""Many leads at once: a page asks, shows whom it is about and who is left out; then each is done or refused."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from desk.list.bulk_forms import FORMS, BulkForm, Reasons, Verb
from enquiries import actions
from enquiries.models import BulkRun, Lead, LeftOut
from foundation import counts
from foundation.actors import acting
from foundation.numbers import is_number, page_key

Admin = admin.ModelAdmin
# By number, the version that whoever chose it saw.
Chosen = dict[int, int]
NAMES_SHOWN = 20

LABELS = {
    Verb.ASSIGN: gettext_lazy("Assign …"),
    Verb.SNOOZE: gettext_lazy("Put off to a day …"),
    Verb.CLOSE: gettext_lazy("Close with a reason …"),
    Verb.TAG: gettext_lazy("Put a tag on or take it off …"),
    Verb.DOCUMENT: gettext_lazy("Send an approved document …"),
}


class Asked(NamedTuple):
    """What a page of a bulk action is about."""

    form: BulkForm
    chosen: Chosen
    number: uuid.UUID


def list_actions() -> list[Callable[..., Any]]:
    """For LeadAdmin.actions: each opens the page that asks."""
    return [list_action(form) for form in FORMS.values()]


def list_action(form_class: type[BulkForm]) -> Callable[..., Any]:
    def choose(model_admin: Admin, request: HttpRequest, queryset: QuerySet[Lead]) -> HttpResponse | None:
        chosen = dict(queryset.values_list("pk", "version")[: form_class.most + 1])
        if len(chosen) > form_class.most:
            messages.error(request, too_many(form_class, queryset))
            return None
        if not chosen:
            messages.warning(request, _("None of these leads is in the list any more."))
            return None
        return page(request, model_admin, Asked(form_class(by=acting(request)), chosen, uuid.uuid4()))

    choose.__name__ = f"bulk_{form_class.verb}"
    permission = "bulk_mail" if form_class.verb == Verb.DOCUMENT else "bulk"
    return admin.action(choose, description=LABELS[form_class.verb], permissions=[permission])


def too_many(form_class: type[BulkForm], queryset: QuerySet[Lead]) -> str:
    return _(
        "Nothing was done: these are %(count)s leads, and this works with %(most)s at once. "
        "Narrow the list with a filter or a search, then select again."
    ) % {
        "count": counts.in_words(counts.count(queryset)),
        "most": number_format(form_class.most, force_grouping=True),
    }


def may(request: HttpRequest, model_admin: Admin, verb: str) -> bool:
    mails = verb == Verb.DOCUMENT
    return model_admin.has_change_permission(request) and (
        not mails or request.user.has_perm("enquiries.resend_packet")
    )


def act(request: HttpRequest, *, model_admin: Admin, verb: str) -> HttpResponse:
    """What the page posted. A refusal is the page again, with the leads as chosen and the form as typed."""
    if not may(request, model_admin, verb):
        raise PermissionDenied
    asked = posted(request, FORMS[verb])
    if asked is None:
        return redirect(list_url(request, model_admin))
    leads = found(model_admin.get_queryset(request), asked.chosen)
    if not asked.form.is_valid() or not (is_begun(asked) or is_decided(asked, leads)):
        return page(request, model_admin, asked)
    run = actions.begin_bulk_run(
        number=asked.number, verb=verb, by=acting(request), leads=len(asked.chosen), request=request
    )
    if run.by_id != request.user.pk or run.verb != verb:
        raise PermissionDenied
    do(run, asked, leads)
    url = f"{reverse('admin:enquiries_lead_bulk-run', args=[run.pk])}?{model_admin.get_preserved_filters(request)}"
    return HttpResponseRedirect(url, status=303)


def posted(request: HttpRequest, form_class: type[BulkForm]) -> Asked | None:
    """None for what no page of ours posts."""
    chosen = read(request.POST.get("leads", ""))
    number = page_key(request.POST.get("number", ""))
    if not number or not chosen or len(chosen) > form_class.most:
        return None
    return Asked(form_class(request.POST, by=acting(request)), chosen, number)


def written(chosen: Chosen) -> str:
    # One field for all: Django refuses a form of a thousand.
    return " ".join(f"{pk}:{version}" for pk, version in chosen.items())


def read(text: str) -> Chosen:
    pairs = [pair.split(":") for pair in text.split()]
    is_ours = all(len(pair) == 2 and all(is_number(part) for part in pair) for pair in pairs)
    return {int(pk): int(version) for pk, version in pairs} if is_ours else {}


def found(queryset: QuerySet[Lead], chosen: Chosen) -> list[Lead]:
    """In the order in which they were chosen, as they stand now: the newest list may lack some."""
    leads = queryset.in_bulk(list(chosen))
    return [leads[pk] for pk in chosen if pk in leads]


def is_begun(asked: Asked) -> bool:
    """By an earlier press of this very button, whose outcome is then what is shown."""
    return BulkRun.objects.filter(uuid=asked.number).exists()


def is_decided(asked: Asked, leads: list[Lead]) -> bool:
    """Whether the page has shown whom it reaches, and that is somebody."""
    return asked.form.has_shown() and len(asked.form.left_out(leads)) < len(leads)


def do(run: BulkRun, asked: Asked, leads: list[Lead]) -> None:
    left_out = asked.form.left_out(leads)

    def act_on(lead: Lead) -> Any:
        if lead.pk in left_out:
            raise ValidationError(LeftOut.in_words(left_out[lead.pk]), code=left_out[lead.pk])
        return asked.form.act(lead, run)

    for lead in leads:
        lead.version = asked.chosen[lead.pk]
    size = asked.form.at_once
    for begin in range(0, len(leads), size):
        actions.act_in_bulk(run=run, leads=leads[begin : begin + size], act=act_on)


def page(request: HttpRequest, model_admin: Admin, asked: Asked) -> HttpResponse:
    leads = found(model_admin.get_queryset(request), asked.chosen)
    left_out = asked.form.left_out(leads)
    wanted = [lead for lead in leads if lead.pk not in left_out]
    context = {
        **about(request, model_admin, asked.form),
        "form": asked.form,
        "leads": written(asked.chosen),
        "number": asked.number,
        "count": len(wanted),
        "names": wanted[:NAMES_SHOWN],
        "more": len(wanted[NAMES_SHOWN:]),
        "left_out": with_reasons(leads, left_out),
        "action_url": f"{reverse(f'admin:enquiries_lead_bulk-{asked.form.verb}')}?{preserved(request, model_admin)}",
    }
    status = 422 if asked.form.errors else 200
    return TemplateResponse(request, "admin/enquiries/lead/bulk.html", context, status=status)


def with_reasons(leads: Iterable[Lead], reasons: Reasons) -> list[tuple[Lead, str]]:
    return [(lead, LeftOut.in_words(reasons[lead.pk])) for lead in leads if lead.pk in reasons]


def about(request: HttpRequest, model_admin: Admin, form: Any) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "opts": Lead._meta,
        "title": form.title,
        "list_url": list_url(request, model_admin),
    }


def show_run(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """What was done, and with whom it was not, and why."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    run = BulkRun.objects.select_related("by").filter(pk=pk).first()
    if run is None:
        raise Http404
    outcomes = list(run.outcomes.select_related("lead").defer("lead__search"))
    done = [outcome.lead for outcome in outcomes if not outcome.left_out_because]
    context = {
        **about(request, model_admin, FORMS[run.verb]),
        "run": run,
        "done": FORMS[run.verb].done,
        "count": len(done),
        "names": done[:NAMES_SHOWN],
        "more": len(done[NAMES_SHOWN:]),
        "left_out": [(outcome.lead, outcome.in_words) for outcome in outcomes if outcome.left_out_because],
        "may_undo": may(request, model_admin, run.verb) and run.may_be_undone(acting(request)),
        "stayed": [outcome.lead for outcome in outcomes if run.undone_at and outcome.before],
        "undo_url": f"{reverse('admin:enquiries_lead_bulk-undo', args=[run.pk])}?{preserved(request, model_admin)}",
    }
    return TemplateResponse(request, "admin/enquiries/lead/bulk_run.html", context)


def undo(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """GET leads to the page with the button."""
    run = BulkRun.objects.filter(pk=pk).first()
    if not may(request, model_admin, run.verb if run else ""):
        raise PermissionDenied
    if run is None:
        raise Http404
    if request.method == "POST":
        try:
            say_undone(request, actions.undo_bulk_run(run=run, by=acting(request)))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect(f"{reverse('admin:enquiries_lead_bulk-run', args=[pk])}?{preserved(request, model_admin)}")


def say_undone(request: HttpRequest, number: int) -> None:
    words = ngettext("Undone: %(number)d lead is as it was before.", "Undone: %(number)d leads are as before.", number)
    messages.success(request, words % {"number": number})


def preserved(request: HttpRequest, model_admin: Admin) -> str:
    """The filters of the list, from itself or from a page behind it."""
    return model_admin.get_preserved_filters(request)


def list_url(request: HttpRequest, model_admin: Admin) -> str:
    query = dict(parse_qsl(preserved(request, model_admin))).get("_changelist_filters", "")
    return f"{reverse('admin:enquiries_lead_changelist')}{'?' if query else ''}{query}"
