"""The ledger: what was sent, to whom, and what became of it. It is read, not written, here."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.admin.long_lists import LongListOfAddresses
from foundation.admin.read_only import ReadOnlyAdmin
from foundation.prepared import Blank, Lists
from foundation.queue import Queue
from mailings.admin import channel, mail_page
from mailings.admin.mail_filters import NOTICES_MATTER_FOR, KindFilter, MissedFilter, StateFilter, missed_notices
from mailings.admin.sending_again import send_selected_again
from mailings.admin.steering import may_steer
from mailings.models import OutgoingEmail, ProviderPause
from mailings.templatetags import mail_kinds

State = OutgoingEmail.State
A_MINUTE = timedelta(minutes=1)


def waiting() -> dict[str, Any]:
    mails = OutgoingEmail.objects
    return {
        "uncertain": mails.of_somebody().filter(state=State.UNCERTAIN),
        "notices": missed_notices(mails.all(), Blank("since", DateTimeField())),
        "waiting": mails.waiting(),
    }


WAITING = Lists(waiting)


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(LongListOfAddresses, ReadOnlyAdmin):
    list_display = ("recipient", "kind_label", "state_pill", "reply", "queued_at", "out_at")
    list_filter = (MissedFilter, StateFilter, KindFilter)
    actions = (send_selected_again,)

    @admin.display(description=_("to"))
    def recipient(self, outgoing: OutgoingEmail) -> str:
        return mail_kinds.recipient(outgoing)

    @admin.display(description=_("kind"))
    def kind_label(self, outgoing: OutgoingEmail) -> str:
        return str(mail_kinds.kind_label(outgoing))

    @admin.display(description=_("state"))
    def state_pill(self, outgoing: OutgoingEmail) -> str:
        return mail_kinds.state_pill(outgoing)

    @admin.display(description=_("last reply"))
    def reply(self, outgoing: OutgoingEmail) -> str:
        return outgoing.in_words[:100] or "–"

    @admin.display(description=_("queued"))
    def queued_at(self, outgoing: OutgoingEmail) -> str:
        return mail_page.clock(outgoing.created_at)

    @admin.display(description=_("sent, or next try"))
    def out_at(self, outgoing: OutgoingEmail) -> str:
        if outgoing.state == State.QUEUED and outgoing.next_attempt_at > timezone.now():
            return gettext("next try %(time)s") % {"time": mail_page.clock(outgoing.next_attempt_at)}
        if outgoing.state == State.QUEUED:
            return gettext("due")
        return mail_page.clock(outgoing.sent_at) if outgoing.sent_at else "–"

    def banner(self, request: HttpRequest) -> channel.Banner | None:
        return channel.banner(request)

    def queues(self, request: HttpRequest) -> list[Queue]:
        found = WAITING.ask(since=timezone.now() - NOTICES_MATTER_FOR)
        url = reverse("admin:mailings_outgoingemail_changelist")
        return [
            Queue(
                title=_("Mails that may not have arrived"),
                count=found["uncertain"].count,
                url=f"{url}?missed={State.UNCERTAIN}",
                empty=_("No mail is in doubt."),
            ),
            Queue(
                title=_("Notices to staff that did not arrive"),
                count=found["notices"].count,
                url=f"{url}?missed=notices",
                empty=_("Every notice of the last week went out."),
            ),
            Queue(
                title=_("Mails waiting to go out"),
                count=found["waiting"].count,
                url=f"{url}?state=waiting",
                empty=_("Every mail went out."),
                by_itself=True,
                detail=oldest_in_words() if found["waiting"].count else "",
            ),
        ]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if may_steer(request) else {}

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        name = "mailings_outgoingemail"
        verbs = [
            path(f"<int:pk>/{verb}/", wrap(partial(mail_page.act, verb=verb)), name=f"{name}_{verb}")
            for verb in mail_page.VERBS
        ]
        resuming = [
            path("resume/", wrap(channel.resume), name=f"{name}_resume"),
            path("resume-provider/", wrap(channel.resume_one), name=f"{name}_resume-provider"),
        ]
        return [*resuming, *verbs, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {"banner": channel.banner(request), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return mail_page.show(request, model_admin=self, object_id=object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The timeline is the history."""
        return mail_page.show(request, model_admin=self, object_id=object_id)


def oldest_in_words() -> str:
    now = timezone.now()
    oldest = OutgoingEmail.objects.oldest_due(now)
    if oldest is None and ProviderPause.objects.standing().exists():
        return gettext("What does not wait for a provider that refuses us is tried again by itself.")
    if oldest is None:
        return gettext("Each is tried again by itself.")
    if now - oldest < A_MINUTE:
        return gettext("None has been due for a minute yet.")
    return gettext("The oldest has been due for %(time)s.") % {"time": timesince(oldest, now)}
