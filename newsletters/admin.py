"""Who gets the newsletter. Held sign-ups wait here for a decision."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.admin.read_only import ReadOnlyAdmin
from foundation.queue import Queue
from foundation.templatetags.pills import pill
from mailings import rules
from mailings.models import OutgoingEmail
from newsletters.actions import release_subscriber
from newsletters.emails import CONFIRM
from newsletters.models import Subscriber


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnlyAdmin):
    list_display = ("email", "state_pill", "held_because", "created_at", "confirmed_at", "unsubscribed_at")
    list_filter = ("state",)
    search_fields = ("email",)
    fields = ("email", "state_pill", "held_because", "consent", "created_at", "confirmed_at", "unsubscribed_at")
    readonly_fields = ("state_pill", "held_because")

    @admin.display(description=_("state"), ordering="state")
    def state_pill(self, subscriber: Subscriber) -> str:
        return pill(subscriber.state, subscriber.get_state_display())

    @admin.display(description=_("held because"))
    def held_because(self, subscriber: Subscriber) -> str:
        return subscriber.held_because

    def queues(self, request: HttpRequest) -> list[Queue]:
        return [
            Queue(
                title=_("Held newsletter sign-ups"),
                count=Subscriber.objects.held().count(),
                url=f"{reverse('admin:newsletters_subscriber_changelist')}?state__exact=held",
                empty=_("No sign-up is held."),
            )
        ]

    def get_urls(self) -> list[Any]:
        release = self.admin_site.admin_view(self.release)
        return [path("<int:pk>/release/", release, name="newsletters_subscriber_release"), *super().get_urls()]

    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.may_release(request):
            raise PermissionDenied
        subscriber = get_object_or_404(Subscriber, pk=pk)
        if request.method == "POST":
            return released(request, subscriber)
        return redirect("admin:newsletters_subscriber_change", pk)

    def may_release(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletters.change_subscriber")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {"may_release": self.may_release(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)


def released(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    found = release_subscriber(subscriber=subscriber)
    if found:
        tell_of_release(request, found)
    elif not Subscriber.objects.filter(pk=subscriber.pk).exists():
        messages.error(request, _("This sign-up is gone: whoever made it was erased meanwhile."))
        return redirect("admin:newsletters_subscriber_changelist")
    else:
        messages.warning(request, _("This sign-up was decided already."))
    return redirect("admin:newsletters_subscriber_change", subscriber.pk)


def tell_of_release(request: HttpRequest, subscriber: Subscriber) -> None:
    asked = subscriber.confirmation
    if asked and asked.state in (OutgoingEmail.State.QUEUED, OutgoingEmail.State.SENDING):
        messages.success(request, _("Released: the owner of the address is asked to confirm."))
    else:
        why = rules.why_not_now(subscriber.email, CONFIRM)
        words = gettext("Released, but nothing is mailed. %(why)s") % {"why": why.label if why else ""}
        messages.warning(request, words)
