"""The clinic's details as they are typed: on the site, in a mail, on the cover of the packet, and saved by nobody."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_sameorigin

from articles.site_files import address_of_mark, mark_in_colors
from enquiries.documents import cover_picture
from enquiries.documents.looks import WIDTH
from enquiries.emails import PACKET
from enquiries.packet_content import DETAILS, logo
from foundation import days, opening
from foundation.business_hours import BusinessHours, week_of
from foundation.models import ClinicProfile, OpeningHours
from foundation.palette import stylesheet
from mailings.letters import rendered

FOLDER = "admin/foundation/clinicprofile/preview"
COLORS = ("accent_color", "on_accent_color")
# What is in the frame leads to other tabs, if anywhere, and sends nothing.
HEAD = '<head><base target="_blank">'
POLICY: Any = csp(
    {
        "default-src": [NONE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
    }
)


@contextmanager
def reading_only() -> Iterator[None]:
    """Postgres itself sees to it that whoever only looks writes nothing."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def page(model_admin: Any, part: str) -> Callable[..., Any]:
    """The view of one part, which takes what the page of the profile would post to be saved."""

    @xframe_options_sameorigin
    @POLICY
    def show(request: HttpRequest) -> HttpResponse:
        if not model_admin.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        with reading_only():
            return HttpResponse(PARTS[part](request, as_typed(request, model_admin)))

    return show


def as_typed(request: HttpRequest, model_admin: Any) -> ClinicProfile:
    """What could not be saved stays as it was."""
    profile = ClinicProfile.objects.get()
    saved = {field.name: getattr(profile, field.name) for field in profile._meta.concrete_fields}
    form = model_admin.get_form(request, profile, change=True)(request.POST.copy(), instance=profile)
    # What a model refuses, Django has put into it before; of two colors that do not go together neither is shown.
    wrong = {*form.errors, *(COLORS if set(COLORS) & set(form.errors) else ())}
    vars(profile).update({name: value for name, value in saved.items() if name in wrong})
    form.take_over_logos()
    week = typed_week(request, profile, model_admin)
    if week is not None:
        profile.hours_as_read = BusinessHours(profile.zone, week, profile.business_hours().holidays)
    return profile


def typed_week(request: HttpRequest, profile: ClinicProfile, model_admin: Any) -> Any:
    """None where no rows came."""
    for formset, inline in model_admin.get_formsets_with_inlines(request, profile):
        prefix = formset.get_default_prefix()
        if inline.model is OpeningHours and f"{prefix}-TOTAL_FORMS" in request.POST:
            rows = formset(request.POST, instance=profile, prefix=prefix, queryset=inline.get_queryset(request))
            return week_of(filter(None, map(span_of, rows.forms)))
    return None


def span_of(row: Any) -> Any:
    """Of a row that would be saved."""
    found = row.cleaned_data if row.is_valid() else {}
    if found.get("DELETE") or not found.get("closes"):
        return None
    return found["weekday"], found["opens"], found["closes"]


def site(request: HttpRequest, profile: ClinicProfile) -> str:
    colors = mark_safe(stylesheet(*(getattr(profile, name) for name in COLORS)))  # noqa: S308 - of checked colors
    today = days.day(profile.today(), profile=profile)
    shown = render_to_string(f"{FOLDER}/site.html", {"clinic": profile, "colors": colors, "today": today}, request)
    # Its address gives the colors that are saved.
    drawn = mark_in_colors(dict(profile.palette.light)).encode()
    return shown.replace(address_of_mark(profile), f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}")


def mail(request: HttpRequest, profile: ClinicProfile) -> str:
    links = {"packet_url": settings.SITE_URL, "not_me_url": settings.SITE_URL}
    words = rendered(PACKET, {"clinic": profile, "site_url": settings.SITE_URL, "attached": True, **links})
    return words.html.replace("<head>", HEAD, 1)


def packet(request: HttpRequest, profile: ClinicProfile) -> str:
    """Its cover alone: the rest is made of what is saved."""
    details = {name: getattr(profile, name) for name in DETAILS}
    clinic = {**details, "hours": opening.printed(profile), "site_url": settings.SITE_URL}
    look = {"colors": dict(profile.palette.light), "logo": logo(profile), "paper": profile.paper}
    try:
        picture = cover_picture({"clinic": clinic, **look}, WIDTH)
    except ValueError as error:
        return render_to_string(f"{FOLDER}/packet.html", {"why": error})
    return render_to_string(f"{FOLDER}/packet.html", {"picture": base64.b64encode(picture).decode()})


PARTS: dict[str, Callable[[HttpRequest, ClinicProfile], str]] = {"site": site, "mail": mail, "packet": packet}
