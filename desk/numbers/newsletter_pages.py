"""The numbers of the newsletter: of its subscribers over a time, and of one issue."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from desk.numbers import issue_by_domain, pages, plots, query, subscribers_per_week
from desk.numbers.range import DateRange
from desk.numbers.tables import Table
from newsletters.models import Newsletter, followed

Admin = admin.ModelAdmin
FOLDER = "admin/newsletters"
SUBSCRIBERS = "newsletters_subscriber_numbers"
ISSUE = "newsletters_newsletter_numbers"


def subscriber_urls(model_admin: Admin) -> list[Any]:
    wrap, template = model_admin.admin_site.admin_view, f"{FOLDER}/subscriber/numbers.html"
    page = partial(pages.page, model_admin=model_admin, figures=subscriber_figures, template=template)
    file = partial(pages.as_file, model_admin=model_admin, table=subscribers_table, url=f"admin:{SUBSCRIBERS}")
    return [
        path("numbers/", wrap(page), name=SUBSCRIBERS),
        path("numbers/subscribers.csv", wrap(file), name=f"{SUBSCRIBERS}-csv"),
    ]


def subscribers_table(chosen: DateRange) -> Table:
    return subscribers_per_week.table(subscribers_per_week.read(chosen), chosen)


def subscriber_figures(chosen: DateRange) -> list[dict[str, Any]]:
    found = subscribers_per_week.read(chosen)
    return [
        {
            "table": subscribers_per_week.table(found, chosen),
            "template": f"{FOLDER}/subscriber/_numbers.html",
            "plot": plots.subscribers(chosen.weeks, found),
            "has_data": not found.is_nobody,
            "csv_url": reverse(f"admin:{SUBSCRIBERS}-csv"),
        }
    ]


def issue_urls(model_admin: Admin) -> list[Any]:
    wrap = model_admin.admin_site.admin_view
    return [
        path("<int:pk>/numbers/", wrap(partial(issue, model_admin=model_admin)), name=ISSUE),
        path(
            "<int:pk>/numbers/by-domain.csv",
            wrap(partial(issue_file, model_admin=model_admin)),
            name=f"{ISSUE}-csv",
        ),
    ]


def issue(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    """Only what has gone out, or begun to, has numbers."""
    newsletter = found_for(request, model_admin, pk)
    if not newsletter.has_begun:
        return redirect("admin:newsletters_newsletter_change", pk)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Newsletter._meta,
        "title": _("Numbers"),
        "newsletter": newsletter,
        "followed": followed(newsletter) if newsletter.counts_clicks else [],
        **issue_figures(newsletter),
    }
    return TemplateResponse(request, f"{FOLDER}/newsletter/numbers.html", context)


def issue_figures(newsletter: Newsletter) -> dict[str, Any]:
    try:
        found = issue_by_domain.read(newsletter)
    except query.TooMuch:
        return {"figures": [], "is_too_much": True}
    figure = {
        "table": issue_by_domain.table(found),
        "template": f"{FOLDER}/newsletter/_by_domain.html",
        "plot": plots.by_domain(found),
        "has_data": bool(found),
        "csv_url": reverse(f"admin:{ISSUE}-csv", args=[newsletter.pk]),
    }
    return {"figures": [figure]}


def issue_file(request: HttpRequest, *, model_admin: Admin, pk: int) -> HttpResponse:
    newsletter = found_for(request, model_admin, pk)
    try:
        found = issue_by_domain.read(newsletter)
    except query.TooMuch:
        return redirect(f"admin:{ISSUE}", pk)
    return pages.csv_of(issue_by_domain.table(found), f"newsletter-{newsletter.slug or newsletter.pk}-by-domain")


def found_for(request: HttpRequest, model_admin: Admin, pk: int) -> Newsletter:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    return get_object_or_404(Newsletter, pk=pk)
