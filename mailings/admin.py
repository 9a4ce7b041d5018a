"""What was sent, to whom, and on whose word. The ledger is read, not written, here."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from articles.templatetags.pills import pill
from mailings.actions import add_wording, release_subscriber
from mailings.emails import kinds
from mailings.models import Consent, ConsentWording, OutgoingEmail, Subscriber, Suppression
from mailings.templatetags import mail_kinds
from mailings.tokens import hash_address


class ReadOnlyAdmin(admin.ModelAdmin):
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, kind.label) for name, kind in kinds.items()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnlyAdmin):
    list_display = (
        "email", "kind_label", "state_pill", "attempts", "reply", "created_at", "sent_at", "next_attempt",
    )  # fmt: skip
    list_filter = ("state", KindFilter)
    search_fields = ("email",)
    search_help_text = _("E-mail address")
    fields = (
        "email", "kind_label", "state_pill", "attempts", "last_reply", "created_at", "sent_at", "next_attempt",
        "message_id", "dedupe_key",
    )  # fmt: skip
    readonly_fields = ("kind_label", "state_pill", "next_attempt")

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, outgoing: OutgoingEmail) -> str:
        return str(mail_kinds.kind_label(outgoing))

    @admin.display(description=_("state"), ordering="state")
    def state_pill(self, outgoing: OutgoingEmail) -> str:
        return pill(outgoing.state, outgoing.get_state_display())

    @admin.display(description=_("last reply"))
    def reply(self, outgoing: OutgoingEmail) -> str:
        return outgoing.last_reply[:100] or "–"

    @admin.display(description=_("next attempt"), ordering="next_attempt_at")
    def next_attempt(self, outgoing: OutgoingEmail) -> Any:
        """Only while there will be one."""
        if outgoing.state != OutgoingEmail.State.QUEUED:
            return "–"
        return date_format(timezone.localtime(outgoing.next_attempt_at), "DATETIME_FORMAT")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        outgoing = self.get_object(request, object_id)
        title = self.kind_label(outgoing) if outgoing else ""
        return super().change_view(request, object_id, form_url, {"shown_title": title, **(extra_context or {})})


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnlyAdmin):
    list_display = ("email", "state_pill", "created_at", "confirmed_at", "unsubscribed_at")
    list_filter = ("state",)
    search_fields = ("email",)
    fields = ("email", "state_pill", "consent", "created_at", "confirmed_at", "unsubscribed_at")
    readonly_fields = ("state_pill",)

    @admin.display(description=_("state"), ordering="state")
    def state_pill(self, subscriber: Subscriber) -> str:
        return pill(subscriber.state, subscriber.get_state_display())

    def queues(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [
            {
                "title": _("Held newsletter sign-ups"),
                "count": Subscriber.objects.filter(state=Subscriber.State.HELD).count(),
                "url": f"{reverse('admin:mailings_subscriber_changelist')}?state__exact=held",
                "empty": _("No sign-up looks like a robot."),
            }
        ]

    def get_urls(self) -> list[Any]:
        release = self.admin_site.admin_view(self.release)
        return [path("<int:pk>/release/", release, name="mailings_subscriber_release"), *super().get_urls()]

    def release(self, request: HttpRequest, pk: int) -> HttpResponse:
        subscriber = get_object_or_404(Subscriber, pk=pk)
        if not self.may_release(request):
            raise PermissionDenied
        if request.method == "POST":
            release_subscriber(subscriber=subscriber)
            messages.success(request, _("Released: the owner of the address is asked to confirm."))
        return redirect("admin:mailings_subscriber_change", pk)

    def may_release(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mailings.change_subscriber")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        context = {"may_release": self.may_release(request), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ("given_at", "email", "wording", "given", "source_path", "recorded_by")
    list_filter = ("given", "wording")
    list_select_related = ("wording", "recorded_by")
    search_fields = ("email",)
    fields = ("email", "wording", "wording_text", "given", "source_path", "recorded_by", "given_at")
    readonly_fields = ("wording_text",)

    @admin.display(description=_("agreed to"))
    def wording_text(self, consent: Consent) -> str:
        return consent.wording.text


@admin.register(ConsentWording)
class ConsentWordingAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "text", "created_at")
    list_filter = ("kind",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind", "number", "text", "created_at") if obj else ("kind", "text")

    def save_model(self, request: HttpRequest, obj: ConsentWording, form: Any, change: bool) -> None:
        """The next number of its kind; from now on the forms show it."""
        obj.pk = add_wording(kind=obj.kind, text=obj.text).pk
        obj.refresh_from_db()


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "reason", "address_hash")
    list_filter = ("reason",)
    # Tells the list that it can be searched; what is searched for is the hash of what was typed.
    search_fields = ("address_hash",)
    search_help_text = _("The whole e-mail address: only its keyed hash is stored")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        return (queryset.filter(address_hash=hash_address(search_term)) if search_term else queryset), False
