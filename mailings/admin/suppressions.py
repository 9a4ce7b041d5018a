"""To whom nothing may go, and since when; lifted ones stay as history."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.actors import acting
from foundation.addresses import with_ascii_domain
from foundation.admin.read_only import ReadOnlyAdmin
from foundation.templatetags.pills import pill
from foundation.tokens import hash_address
from mailings.actions import lift_suppression
from mailings.admin import mistaken_suppressions
from mailings.admin.steering import may_steer
from mailings.models import Suppression


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "standing"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("standing")), ("no", gettext_lazy("lifted"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        match self.value():
            case "yes":
                return queryset.standing()
            case "no":
                return queryset.exclude(lifted_at=None)
        return queryset


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "reason", "standing", "lifted_at", "lifted_by", "fingerprint")
    list_filter = (StandingFilter, "reason")
    list_select_related = ("lifted_by",)
    fields = ("reason", "standing", "created_at", "lifted_at", "lifted_by", "address_hash")
    readonly_fields = ("standing",)
    # Tells the list that it can be searched; what is searched for is the hash of what was typed.
    search_fields = ("address_hash",)
    search_help_text = gettext_lazy("The whole e-mail address: only its keyed hash is stored")

    @admin.display(description=gettext_lazy("state"))
    def standing(self, suppression: Suppression) -> str:
        return pill("lifted", _("lifted")) if suppression.lifted_at else pill("standing", _("standing"))

    @admin.display(description=gettext_lazy("address"))
    def fingerprint(self, suppression: Suppression) -> str:
        """Enough of the hash to tell two of them apart."""
        return suppression.address_hash[:8]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        return (
            queryset.filter(address_hash=hash_address(with_ascii_domain(search_term.strip())))
            if search_term
            else queryset
        ), False

    def get_urls(self) -> list[Any]:
        lift = self.admin_site.admin_view(self.lift)
        mistaken = self.admin_site.admin_view(partial(mistaken_suppressions.show, model_admin=self))
        return [
            path("<int:pk>/lift/", lift, name="mailings_suppression_lift"),
            path("mistaken/", mistaken, name="mailings_suppression_mistaken"),
            *super().get_urls(),
        ]

    def lift(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks, POST acts."""
        if not may_steer(request):
            raise PermissionDenied
        suppression = get_object_or_404(Suppression, pk=pk)
        if suppression.lifted_at:
            if request.method == "POST":
                messages.info(request, _("It is lifted already."))
            return redirect("admin:mailings_suppression_change", pk)
        if request.method != "POST":
            return self.ask_to_lift(request, suppression)
        lift_suppression(suppression=suppression, by=acting(request))
        messages.success(request, _("Lifted. If nothing else stands against this address, it may be mailed again."))
        return redirect("admin:mailings_suppression_change", pk)

    def ask_to_lift(self, request: HttpRequest, suppression: Suppression) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Lift this suppression?"),
            "suppression": suppression,
        }
        return TemplateResponse(request, "admin/mailings/suppression/lift.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        suppression = self.get_object(request, object_id)
        title = suppression.get_reason_display() if suppression else ""
        context = {"may_lift": may_steer(request), "shown_title": title, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)
