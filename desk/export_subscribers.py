"""The list of subscribers as a file: what for, and it is on record before the first row leaves."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import csv_cells
from desk.export_list import CHUNK, PurposeForm, Zone, iso
from desk.whole_files import whole_file
from foundation.actors import acting
from foundation.models import ClinicProfile
from newsletters.models import Subscriber
from newsletters.signals import subscribers_exported

Admin = admin.ModelAdmin
HEADINGS = [
    gettext_lazy("E-mail address"),
    gettext_lazy("State"),
    gettext_lazy("Language"),
    gettext_lazy("Topics"),
    gettext_lazy("How often"),
    gettext_lazy("Paused until"),
    gettext_lazy("Signed up"),
    gettext_lazy("Confirmed at"),
    gettext_lazy("Unsubscribed at"),
    gettext_lazy("Agreed on"),
    gettext_lazy("Agreed where"),
    gettext_lazy("Agreed to"),
]


def urls(model_admin: Admin) -> list[Any]:
    view = partial(export, model_admin=model_admin)
    return [path("export/", model_admin.admin_site.admin_view(view), name="newsletters_subscriber_export")]


def export(request: HttpRequest, *, model_admin: Admin) -> HttpResponseBase:
    """GET says what leaves the house, POST sends it."""
    if not request.user.has_perm("newsletters.export_subscribers"):
        raise PermissionDenied
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return ask(request, model_admin, form)
    note(request, form.cleaned_data["purpose"])
    profile = ClinicProfile.objects.current()
    return whole_file(f"subscribers-{profile.today():%Y-%m-%d}.csv", written(profile.zone))


def ask(request: HttpRequest, model_admin: Admin, form: PurposeForm) -> HttpResponse:
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "opts": Subscriber._meta,
        "title": _("Export subscribers"),
        "form": form,
        "subscribers": Subscriber.objects.count(),
        "columns": [str(heading) for heading in HEADINGS],
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/newsletters/subscriber/export.html", context, status=status)


@transaction.atomic
def note(request: HttpRequest, purpose: str) -> None:
    """Committed before the first row is read: what cannot be put on record is not exported."""
    told = {"by": acting(request), "request": request, "purpose": purpose}
    subscribers_exported.send(sender=Subscriber, subscribers=Subscriber.objects.count(), **told)


def written(zone: Zone) -> Iterator[tuple[str, int]]:
    """Read in chunks from where the last one ended, each by a query that ends."""
    yield csv_cells.BYTE_ORDER_MARK + "".join(csv_cells.lines([[str(heading) for heading in HEADINGS]])), 0
    everybody = Subscriber.objects.select_related("consent__wording", "imported__of").prefetch_related("topics")
    after = 0
    while found := list(everybody.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        yield "".join(csv_cells.lines(row(subscriber, zone) for subscriber in found)), len(found)
        after = found[-1].pk


def row(subscriber: Subscriber, zone: Zone) -> list[Any]:
    return [
        subscriber.email,
        subscriber.get_state_display(),
        subscriber.language,
        ", ".join(topic.name for topic in subscriber.topics.all()),
        subscriber.get_rhythm_display(),
        *(iso(moment, zone) for moment in moments(subscriber)),
        *agreed(subscriber, zone),
    ]


def moments(subscriber: Subscriber) -> list[Any]:
    return [subscriber.paused_until, subscriber.created_at, subscriber.confirmed_at, subscriber.unsubscribed_at]


def agreed(subscriber: Subscriber, zone: Zone) -> list[Any]:
    """When, where, and to which words; of who was only asked, nothing."""
    consent, imported = subscriber.consent, subscriber.imported
    if consent:
        return [iso(consent.given_at, zone), consent.source_path, consent.wording.text]
    return [iso(imported.agreed_on, zone), imported.of.place, imported.of.words] if imported else ["", "", ""]
