"""What staff are told while mail does not flow, and the button that lets it flow again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.actors import acting
from foundation.prepared import Blank, Lists
from foundation.staff import staff_with
from mailings.actions import resume_channel, resume_provider
from mailings.actions.channel import WINDOW
from mailings.admin.steering import STEER_MAIL, may_steer
from mailings.models import Channel, MailEvent, OutgoingEmail, ProviderPause
from mailings.models.outbox import FAR_AHEAD
from mailings.models.providers import behind

# A mail server that is restarted is back sooner, and that is nobody's affair.
SHORT_TROUBLE = timedelta(minutes=2)
# The sweep looks every few seconds, so by then no worker is running, or none gets anywhere.
NOBODY_SENDS = timedelta(minutes=5)
MOST_NAMES = 3


class Banner(NamedTuple):
    kind: str  # paused, failing, late or clock, from loud to quiet
    channel: Channel
    since: datetime
    waiting: int
    may_resume: bool = False
    whom_to_ask: str = ""
    template: str = "admin/mailings/_banner.html"
    pauses: Sequence[ProviderPause] = ()
    # Why all other mail does not flow either.
    rest: "Banner | None" = None

    @property
    def refused_since(self) -> str:
        """Where to look for addresses that were called dead meanwhile."""
        return (self.since - WINDOW).isoformat()


@dataclass(frozen=True)
class Waiting:
    """Mail, but for what waits for a paused provider. Counted where it is told: an issue may have a million."""

    any: bool

    def count(self) -> int:
        return OutgoingEmail.objects.waiting().flowing().count() if self.any else 0


def look() -> dict[str, QuerySet[Any]]:
    """Whether there is anything to ask more of: mostly no mail waits, none bears a time to come, nobody refuses us.

    The first by an index. Of a million that wait Postgres would else expect some among any few mails, and look for them
    among all that went out before.
    """
    mails, later = OutgoingEmail.objects, Blank("now", DateTimeField()) + FAR_AHEAD
    waiting = mails.waiting().order_by("priority", "next_attempt_at")
    return {
        "waiting": waiting,
        "queued_ahead": mails.filter(created_at__gt=later).order_by("-created_at"),
        "put_off": waiting.filter(next_attempt_at__gt=later),
        "pauses": ProviderPause.objects.standing(),
    }


LOOK = Lists(look, first=1)


def banner(request: HttpRequest) -> Banner | None:
    """Why mail does not flow just now; None while it does."""
    channel, found = Channel.objects.now(), LOOK.ask(most=1, now=timezone.now())
    waiting = Waiting(found["waiting"].count > 0)
    if channel.paused_at:
        may_resume = may_steer(request)
        whom = "" if may_resume else whom_to_ask()
        return Banner("paused", channel, channel.paused_at, waiting.count(), may_resume, whom)
    trouble = of_all_mail(channel, waiting, is_ahead=found["queued_ahead"].count + found["put_off"].count > 0)
    pauses = list(ProviderPause.objects.standing()) if found["pauses"].count else []
    return refused_by_providers(request, channel, pauses, trouble) if pauses else trouble


def of_all_mail(channel: Channel, waiting: Waiting, *, is_ahead: bool) -> Banner | None:
    """What mends itself, or whoever runs the site."""
    now = timezone.now()
    if channel.failing_since and now - channel.failing_since > SHORT_TROUBLE and waiting.count():
        return Banner("failing", channel, channel.failing_since, waiting.count())
    oldest = OutgoingEmail.objects.oldest_due(now) if waiting.any else None
    if oldest and now - oldest > NOBODY_SENDS and not anything_tried(since=now - NOBODY_SENDS):
        return Banner("late", channel, oldest, waiting.count())
    ahead = OutgoingEmail.objects.far_ahead(now) if is_ahead else None
    return Banner("clock", channel, ahead, waiting.count(), template="admin/mailings/_clock.html") if ahead else None


def refused_by_providers(
    request: HttpRequest, channel: Channel, pauses: list[ProviderPause], rest: Banner | None
) -> Banner:
    waiting = OutgoingEmail.objects.waiting().filter(behind(pause.provider for pause in pauses)).count()
    may_resume = may_steer(request)
    whom = "" if may_resume else whom_to_ask()
    template = "admin/mailings/_paused_providers.html"
    return Banner("providers", channel, pauses[0].paused_at, waiting, may_resume, whom, template, pauses, rest)


def anything_tried(since: datetime) -> bool:
    """A long newsletter keeps mails waiting for longer than that while all is well."""
    own = MailEvent.objects.filter(report_id="", actor=None)
    # By primary key, for which there is an index; they are written in that order.
    newest = own.order_by("-pk").values_list("at", flat=True).first()
    return newest is not None and newest > since


def whom_to_ask() -> str:
    people = staff_with(STEER_MAIL)[:MOST_NAMES]
    return ", ".join(map(str, people)) or _("whoever runs the site")


def resume(request: HttpRequest) -> HttpResponse:
    if not may_steer(request):
        raise PermissionDenied
    if request.method == "POST":
        was_paused = Channel.objects.now().paused_at is not None
        resume_channel(by=acting(request))
        messages.success(request, resumed() if was_paused else _("Sending was not paused."))
    return redirect("admin:mailings_outgoingemail_changelist")


def resume_one(request: HttpRequest) -> HttpResponse:
    if not may_steer(request):
        raise PermissionDenied
    if request.method == "POST":
        if resume_provider(provider=request.POST.get("provider", ""), by=acting(request)):
            messages.success(request, resumed())
        else:
            messages.success(request, _("Sending was not paused."))
    return redirect("admin:mailings_outgoingemail_changelist")


def resumed() -> str:
    waiting = OutgoingEmail.objects.waiting().flowing().count()
    words = ngettext(
        "Sending goes on. %(count)d mail waits and goes out by itself.",
        "Sending goes on. %(count)d mails wait and go out by themselves.",
        waiting,
    )
    return words % {"count": waiting}
