"""The page with the plots and, of each, the same rows as a file."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from desk.numbers import coordinators, enquiries_per_week, first_answers, funnel, plots, query, reasons_lost
from desk.numbers.range import DateRange, RangeForm, presets
from desk.numbers.tables import Table

Admin = admin.ModelAdmin
FOLDER = "admin/enquiries/lead/numbers"
URL = "admin:enquiries_lead_numbers"


def sources_table(chosen: DateRange) -> Table:
    return enquiries_per_week.sources_table(enquiries_per_week.read(chosen), chosen)


def articles_table(chosen: DateRange) -> Table:
    return enquiries_per_week.articles_table(enquiries_per_week.read(chosen), chosen)


def funnel_table(chosen: DateRange) -> Table:
    return funnel.table(funnel.read(chosen), chosen)


def first_answers_table(chosen: DateRange) -> Table:
    return first_answers.table(first_answers.read(chosen), chosen)


def coordinators_table(chosen: DateRange) -> Table:
    return coordinators.table(coordinators.read(chosen), chosen)


def reasons_lost_table(chosen: DateRange) -> Table:
    return reasons_lost.table(reasons_lost.read(chosen), chosen)


Tables = dict[str, Callable[[DateRange], Table]]
Figures = Callable[[DateRange], list[dict[str, Any]]]
FILES: Tables = {
    "sources": sources_table,
    "articles": articles_table,
    "funnel": funnel_table,
    "first-answers": first_answers_table,
    "coordinators": coordinators_table,
    "reasons-lost": reasons_lost_table,
}


def urls(model_admin: Admin) -> list[Any]:
    wrap = model_admin.admin_site.admin_view
    files = [
        path(
            f"numbers/{name}.csv",
            wrap(partial(as_file, model_admin=model_admin, table=table, url=URL)),
            name=f"enquiries_lead_numbers-{name}",
        )
        for name, table in FILES.items()
    ]
    view = partial(page, model_admin=model_admin, figures=figures, template=f"{FOLDER}/page.html")
    shown = path("numbers/", wrap(view), name="enquiries_lead_numbers")
    return [shown, *files]


def page(request: HttpRequest, *, model_admin: Admin, figures: Figures, template: str) -> HttpResponse:
    refuse_strangers(request, model_admin)
    form = RangeForm(request.GET)
    shown = shown_in(form, figures)
    chosen = form.chosen() if form.is_valid() else None
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Numbers"),
        "form": form,
        "presets": [{"words": words, "range": each, "is_chosen": each == chosen} for words, each in presets()],
        "chosen": chosen,
        "figures": shown,
    }
    return TemplateResponse(request, template, context, status=200 if chosen else 422)


def shown_in(form: RangeForm, figures: Figures) -> list[dict[str, Any]]:
    """What a wrong or too long time shows is what is wrong with it."""
    try:
        return figures(form.chosen()) if form.is_valid() else []
    except query.TooMuch:
        form.add_error("to", _("There is too much in this time to be counted while you wait; choose a shorter one."))
        return []


def figures(chosen: DateRange) -> list[dict[str, Any]]:
    """Each with the template that draws it, what that needs, and its table."""
    enquiries, weeks = enquiries_per_week.read(chosen), chosen.weeks
    people, answers = funnel.read(chosen), first_answers.read(chosen)
    return [
        figure(
            enquiries_per_week.sources_table(enquiries, chosen),
            "_stacked.html",
            plots.stacked(weeks, enquiries.sources),
            has_data=bool(enquiries.sources),
        ),
        figure(
            enquiries_per_week.articles_table(enquiries, chosen),
            "_one_by_one.html",
            {"series": plots.one_by_one(weeks, enquiries.articles), "days": plots.days(weeks)},
            has_data=bool(enquiries.articles),
        ),
        figure(funnel.table(people, chosen), "_funnel.html", plots.funnel(people), has_data=people.steps[0].number > 0),
        figure(
            first_answers.table(answers, chosen),
            "_first_answers.html",
            plots.first_answers(weeks, answers),
            has_data=answers.all.asked > 0,
        ),
        *(alone(table) for table in (coordinators_table(chosen), reasons_lost_table(chosen))),
    ]


def figure(table: Table, template: str, plot: dict[str, Any], *, has_data: bool) -> dict[str, Any]:
    csv_url = reverse(f"admin:enquiries_lead_numbers-{table.name}")
    return {"table": table, "template": f"{FOLDER}/{template}", "plot": plot, "has_data": has_data, "csv_url": csv_url}


def alone(table: Table) -> dict[str, Any]:
    """Without a plot: a few names with their counts are read best as they are."""
    csv_url = reverse(f"admin:enquiries_lead_numbers-{table.name}")
    return {"table": table, "template": "", "has_data": bool(table.rows), "csv_url": csv_url}


def as_file(request: HttpRequest, *, model_admin: Admin, table: Callable[[DateRange], Table], url: str) -> HttpResponse:
    """url: of the page, which says what is wrong with the dates."""
    refuse_strangers(request, model_admin)
    form = RangeForm(request.GET)
    page = f"{reverse(url)}?{request.GET.urlencode()}"
    if not form.is_valid():
        return redirect(page)
    chosen = form.chosen()
    try:
        found = table(chosen)
    except query.TooMuch:
        return redirect(page)
    return csv_of(found, f"{found.name}-{chosen.first.isoformat()}-to-{chosen.last.isoformat()}")


def csv_of(table: Table, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return HttpResponse(table.as_csv(), content_type="text/csv; charset=utf-8", headers=headers)


def refuse_strangers(request: HttpRequest, model_admin: Admin) -> None:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
