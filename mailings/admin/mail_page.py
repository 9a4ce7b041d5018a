"""One mail on one page: what happens next, what happened, and what staff may do about it."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.actors import acting
from foundation.models import ClinicProfile
from mailings.actions import settle
from mailings.admin.channel import banner
from mailings.admin.mail_timeline import timeline
from mailings.admin.sending_again import done_last_by, forbidding, send_each_again
from mailings.admin.steering import may_steer
from mailings.models import Channel, MailEvent, OutgoingEmail, Why
from mailings.templatetags.mail_kinds import kind_label

State = OutgoingEmail.State
Admin = admin.ModelAdmin
VERBS = ("send-again", "settle")


def show(request: HttpRequest, *, model_admin: Admin, object_id: str) -> HttpResponse:
    if request.method == "POST" or not model_admin.has_view_permission(request):
        raise PermissionDenied
    outgoing = find(object_id)
    suppression = forbidding(outgoing) if outgoing.is_missing and not outgoing.is_erased else None
    may_act = may_steer(request) and outgoing.is_missing and not outgoing.is_erased
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": OutgoingEmail._meta,
        "title": kind_label(outgoing),
        "outgoing": outgoing,
        "banner": banner(request),
        "next": what_next(outgoing, Channel.objects.now(), timezone.now()),
        "suppression": suppression,
        "may_lift": may_steer(request),
        "may_send_again": may_act and not suppression,
        "may_settle": may_act and outgoing.state == State.UNCERTAIN,
        "lines": timeline(outgoing),
    }
    return TemplateResponse(request, "admin/mailings/outgoingemail/page.html", context)


def find(pk: Any) -> OutgoingEmail:
    try:
        return OutgoingEmail.objects.get(pk=pk)
    except (OutgoingEmail.DoesNotExist, ValueError) as error:
        raise Http404 from error


def act(request: HttpRequest, *, verb: str, pk: int) -> HttpResponse:
    if not may_steer(request):
        raise PermissionDenied
    outgoing = find(pk)
    if request.method == "POST":
        if verb == "settle":
            settle_one(request, outgoing)
        else:
            send_each_again(request, [outgoing])
    return redirect("admin:mailings_outgoingemail_change", pk)


def settle_one(request: HttpRequest, outgoing: OutgoingEmail) -> None:
    if settle(outgoing=outgoing, by=acting(request)):
        messages.success(request, _("It counts as arrived."))
    elif done_last_by(outgoing, MailEvent.Kind.SETTLED, acting(request)):
        messages.info(request, _("It counts as arrived already."))
    else:
        messages.warning(request, _("Nothing was changed: this mail is no longer in doubt."))


def what_next(outgoing: OutgoingEmail, channel: Channel, now: datetime) -> str:
    """What will become of this mail if nobody does anything."""
    match outgoing.state:
        case State.QUEUED:
            return when_it_goes(outgoing, channel, now)
        case State.SENDING:
            return _("It is on its way just now.")
        case State.SENT:
            return _("The mail server has it. If it comes back, it says so here.")
        case State.UNCERTAIN:
            return _("Nobody can say whether it arrived. Ask the recipient if you can; it is not sent twice by itself.")
        case State.CANCELLED if outgoing.why == Why.DEMO_PACKET:
            return _(
                "It was kept back, since its packet bears the demo clinic's name. Once yours is approved, that one goes"
                " out by itself, as a mail of its own."
            )
        case State.CANCELLED if not outgoing.forbidden:
            return _("It was no longer wanted when its turn came, so it was not sent.")
        case State.CANCELLED:
            return _("It was kept back, and it does not go out by itself.")
        case _:
            return _("It did not arrive, and it is not tried again by itself.")


def when_it_goes(outgoing: OutgoingEmail, channel: Channel, now: datetime) -> str:
    if channel.paused_at:
        return _("It waits, because sending is paused.")
    if outgoing.next_attempt_at > now:
        return _("Next try: %(time)s") % {"time": clock(outgoing.next_attempt_at)}
    if channel.retry_at and channel.retry_at > now:
        return _("It waits for the mail server. Next try: %(time)s") % {"time": clock(channel.retry_at)}
    return _("It goes out within a minute.")


def clock(moment: datetime) -> str:
    """The time, with the day when that is not today."""
    local = timezone.localtime(moment)
    is_today = local.date() == ClinicProfile.objects.current().today()
    return date_format(local, "TIME_FORMAT" if is_today else "DATETIME_FORMAT")
