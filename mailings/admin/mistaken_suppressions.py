"""What servers called dead while it was us whom they refused: one page, one button."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.actors import acting
from foundation.tokens import hash_address
from mailings.actions import lift_mistaken
from mailings.admin.steering import may_steer
from mailings.models import OutgoingEmail, Suppression

USUAL = timedelta(days=1)
LONGEST_AGO = timedelta(days=60)
MOST_ROWS = 200


class Row(NamedTuple):
    suppression: Suppression
    address: str
    reply: str


def show(request: HttpRequest, *, model_admin: admin.ModelAdmin) -> HttpResponse:
    """GET asks, POST acts on what was shown."""
    if not may_steer(request):
        raise PermissionDenied
    now = timezone.now()
    if request.method == "POST":
        lift(request, moment(request.POST.get("since"), now), moment(request.POST.get("until"), now))
        return redirect("admin:mailings_suppression_changelist")
    since = moment(request.GET.get("since"), now - USUAL)
    found = Suppression.objects.said_by_servers(since, now).order_by("-created_at")
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Suppression._meta,
        "title": _("Addresses that were called dead"),
        "since": since,
        "since_exactly": since.isoformat(),
        "until_exactly": now.isoformat(),
        "rows": rows(found[:MOST_ROWS], since),
        "more": max(0, found.count() - MOST_ROWS),
    }
    return TemplateResponse(request, "admin/mailings/suppression/mistaken.html", context)


def moment(text: str | None, otherwise: datetime) -> datetime:
    try:
        found = parse_datetime(text or "")
    except ValueError:
        return otherwise
    if found is None or timezone.is_naive(found):
        return otherwise
    # Nothing older is mistaken for what a day of refusals said, and no calendar has every moment.
    return found if timezone.now() - LONGEST_AGO < found <= timezone.now() else otherwise


def rows(found: Iterable[Suppression], since: datetime) -> list[Row]:
    """A suppression is a hash; the mails that did not arrive since know whose."""
    missed = OutgoingEmail.objects.did_not_arrive().filter(events__at__gte=since).distinct()
    mails = {hash_address(mail.email): mail for mail in missed.order_by("pk")}
    return [row(suppression, mails.get(suppression.address_hash)) for suppression in found]


def row(suppression: Suppression, mail: OutgoingEmail | None) -> Row:
    if mail is None:
        return Row(suppression, suppression.address_hash[:8], "")
    return Row(suppression, mail.email, mail.in_words)


def lift(request: HttpRequest, since: datetime, until: datetime) -> None:
    count = lift_mistaken(since=since, until=until, by=acting(request))
    words: Any = ngettext(
        "%(count)d address may be mailed again.", "%(count)d addresses may be mailed again.", count
    ) % {"count": count}
    messages.success(request, words)
