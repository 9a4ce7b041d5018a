"""Who gets the newsletter. Held sign-ups wait here for a decision."""

from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation.actors import acting
from foundation.admin.long_lists import LongListOfAddresses
from foundation.admin.read_only import ReadOnlyAdmin
from foundation.prepared import Lists
from foundation.queue import Queue
from foundation.templatetags.pills import pill
from mailings import rules
from mailings.models import OutgoingEmail
from newsletters.actions import end_subscription, has_left, release_subscriber
from newsletters.emails import CONFIRM
from newsletters.forms import SaidForm
from newsletters.models import Subscriber


class Asks(NamedTuple):
    title: Any
    explains: Any
    submit: Any


TAKE_OFF = Asks(
    _("Take off the newsletter"),
    _("Nothing that goes to many is sent to this address any more. A packet and mail by staff still go there."),
    _("Take off"),
)
LIFT = Asks(
    _("They asked us to stop, and sign up again"),
    _("If they told you so themselves, the stop is lifted, and a mail asks them to confirm."),
    _("Lift the stop and release"),
)


# By these nobody was asked anything.
NOT_REACHED = (OutgoingEmail.State.FAILED, OutgoingEmail.State.CANCELLED, OutgoingEmail.State.BOUNCED)
HELD = Lists(lambda: {"held": Subscriber.objects.held()})


@admin.register(Subscriber)
class SubscriberAdmin(LongListOfAddresses, ReadOnlyAdmin):
    list_display = ("email", "state_pill", "held_because", "created_at", "confirmed_at", "unsubscribed_at")
    list_filter = ("state",)
    fields = (
        *("email", "state_pill", "held_because", "consent", "created_at", "confirmed_at", "unsubscribed_at"),
        *("said", "said_on", "heard_by"),
    )
    readonly_fields = ("state_pill", "held_because", "said", "said_on", "heard_by")

    @admin.display(description=_("state"))
    def state_pill(self, subscriber: Subscriber) -> str:
        return pill(subscriber.state, subscriber.get_state_display())

    @admin.display(description=_("held because"))
    def held_because(self, subscriber: Subscriber) -> str:
        return subscriber.held_because

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What somebody said is for who follows people up."""
        shown = list(super().get_fields(request, obj))
        return shown if self.may_release(request) else [name for name in shown if name != "said"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nor may it be found out by asking for one word after another."""
        return lookup.partition("__")[0] != "said" and super().lookup_allowed(lookup, value, request)

    def queues(self, request: HttpRequest) -> list[Queue]:
        return [
            Queue(
                title=_("Held newsletter sign-ups"),
                count=HELD.ask()["held"].count,
                url=f"{reverse('admin:newsletters_subscriber_changelist')}?state__exact=held",
                empty=_("No sign-up is held."),
            )
        ]

    def get_urls(self) -> list[Any]:
        release = self.admin_site.admin_view(self.release)
        take_off = self.admin_site.admin_view(self.take_off)
        return [
            path("<int:pk>/release/", release, name="newsletters_subscriber_release"),
            path("<int:pk>/take-off/", take_off, name="newsletters_subscriber_take-off"),
            *super().get_urls(),
        ]

    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.may_release(request):
            raise PermissionDenied
        subscriber = get_object_or_404(Subscriber, pk=pk)
        if subscriber.state == Subscriber.State.HELD and rules.asked_to_stop(subscriber.email):
            return self.on_their_word(request, subscriber, LIFT, released)
        if request.method == "POST":
            return released(request, subscriber)
        return redirect("admin:newsletters_subscriber_change", pk)

    def take_off(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.may_release(request):
            raise PermissionDenied
        return self.on_their_word(request, get_object_or_404(Subscriber, pk=pk), TAKE_OFF, taken_off)

    def on_their_word(self, request: HttpRequest, subscriber: Subscriber, asks: Asks, act: Any) -> HttpResponse:
        """GET asks who said so, POST acts."""
        form = SaidForm(request.POST if request.method == "POST" else None)
        try:
            if form.is_valid():
                return act(request, subscriber, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        context = {
            **self.admin_site.each_context(request),
            **asks._asdict(),
            "opts": self.opts,
            "subscriber": subscriber,
            "why": rules.why_not_now(subscriber.email, CONFIRM),
            "form": form,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/newsletters/subscriber/on_their_word.html", context, status=status)

    def may_release(self, request: HttpRequest) -> bool:
        return request.user.has_perm("newsletters.change_subscriber")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        may, found = self.may_release(request), self.get_object(request, object_id)
        context = {"may_release": may, "may_take_off": may and found and not has_left(found), **(extra_context or {})}
        # By what stands now: the stop may be lifted since, or somebody else's word have come.
        context["is_stopped"] = found and rules.asked_to_stop(found.email)
        return super().change_view(request, object_id, form_url, context)


def taken_off(request: HttpRequest, subscriber: Subscriber, **said: Any) -> HttpResponse:
    if end_subscription(subscriber=subscriber, by=acting(request), **said):
        messages.success(request, _("This address gets no newsletter any more."))
    else:
        messages.warning(request, _("This address got no newsletter already."))
    return redirect("admin:newsletters_subscriber_changelist")


def released(request: HttpRequest, subscriber: Subscriber, **said: Any) -> HttpResponse:
    try:
        found = release_subscriber(subscriber=subscriber, by=acting(request), **said)
    except ValidationError as error:
        if said:
            # With what was typed.
            raise
        if rules.asked_to_stop(subscriber.email):  # a moment ago
            return redirect("admin:newsletters_subscriber_release", subscriber.pk)
        messages.error(request, error.messages[0])
        return redirect("admin:newsletters_subscriber_change", subscriber.pk)
    now = Subscriber.objects.filter(pk=subscriber.pk).first()
    if found:
        tell_of_release(request, found)
    elif now is None:
        messages.error(request, _("This sign-up is gone: whoever made it was erased meanwhile."))
        return redirect("admin:newsletters_subscriber_changelist")
    elif now.state == Subscriber.State.PENDING:
        tell_of_second_click(request, now)
    else:
        messages.warning(request, _("This sign-up was decided already."))
    return redirect("admin:newsletters_subscriber_change", subscriber.pk)


def tell_of_release(request: HttpRequest, subscriber: Subscriber) -> None:
    asked = subscriber.confirmation
    if asked and asked.state in (OutgoingEmail.State.QUEUED, OutgoingEmail.State.SENDING):
        messages.success(request, _("Released: the owner of the address is asked to confirm."))
    else:
        words = gettext("Released, but nothing is mailed. %(why)s") % {"why": why_nothing_is_mailed(subscriber)}
        messages.warning(request, words)


def tell_of_second_click(request: HttpRequest, subscriber: Subscriber) -> None:
    if subscriber.confirmation and subscriber.confirmation.state not in NOT_REACHED:
        messages.info(request, _("It is released already: the owner of the address is asked to confirm."))
    else:
        words = gettext("It is released already, but nothing is mailed. %(why)s")
        messages.warning(request, words % {"why": why_nothing_is_mailed(subscriber)})


def why_nothing_is_mailed(subscriber: Subscriber) -> Any:
    why = rules.why_not_now(subscriber.email, CONFIRM)
    return why.label if why else ""
