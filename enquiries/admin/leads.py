"""The list of leads. Whatever changes a lead is a verb on its own page, or the form that takes down a new one."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import F, Func, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.templatetags.pills import pill
from enquiries.admin import lead_filters, lead_page, person, words
from enquiries.models import Lead
from enquiries.staff_forms import VERBS

# Fewer digits stand in nearly every number.
FEWEST_DIGITS = 4


@admin.register(Lead)
class LeadAdmin(admin.ModelAdmin):
    list_display = ("who", "stage_pill", "owned_by", "action", "due", "from_country", "created_at")
    list_filter = (
        lead_filters.DueFilter,
        lead_filters.StageFilter,
        lead_filters.OwnerFilter,
        lead_filters.PacketFilter,
        lead_filters.HiddenFilter,
    )
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("name", "email", "phone")
    search_help_text = _("Name, e-mail address or telephone number")

    @admin.display(description=_("name"), ordering="name")
    def who(self, lead: Lead) -> str:
        return str(lead)

    @admin.display(description=_("stage"), ordering="stage")
    def stage_pill(self, lead: Lead) -> str:
        return pill(lead.stage, lead.get_stage_display())

    @admin.display(description=_("owner"), ordering="owner")
    def owned_by(self, lead: Lead) -> str:
        return str(lead.owner or _("nobody"))

    @admin.display(description=_("next action"))
    def action(self, lead: Lead) -> str:
        return lead.next_action if lead.is_open else words.NOTHING

    @admin.display(description=_("on"), ordering="next_action_on")
    def due(self, lead: Lead) -> str:
        return words.due(lead, timezone.localdate())

    @admin.display(description=_("country"), ordering="country")
    def from_country(self, lead: Lead) -> str:
        return words.country(lead.country)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Newest first; work that is due, longest overdue first."""
        return ("next_action_on", "pk") if "due" in request.GET else ("-created_at", "-pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Lead], search_term: str
    ) -> tuple[QuerySet[Lead], bool]:
        """People write one number in many ways, so a number is compared by its digits."""
        digits = "".join(letter for letter in search_term if letter.isdecimal())
        if len(digits) < FEWEST_DIGITS or any(letter.isalpha() for letter in search_term):
            return super().get_search_results(request, queryset, search_term)
        only_digits = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
        return queryset.alias(phone_digits=only_digits).filter(phone_digits__contains=digits), False

    def queues(self, request: HttpRequest) -> list[dict[str, Any]]:
        url = reverse("admin:enquiries_lead_changelist")
        return [
            {
                "title": _("Due today or overdue"),
                "count": Lead.objects.due(timezone.localdate()).count(),
                "url": f"{url}?due=now",
                "empty": _("Nobody waits for a call or an answer."),
            },
            {
                "title": _("New and without an owner"),
                "count": Lead.objects.unassigned().filter(stage=Lead.Stage.NEW).count(),
                "url": f"{url}?stage=new&owner=nobody",
                "empty": _("Every new lead has an owner."),
            },
            {
                "title": _("Packet did not arrive"),
                "count": lead_filters.packet_failed().count(),
                "url": f"{url}?packet=failed",
                "empty": _("Every packet went through."),
            },
        ]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The reason for closing is among what not everybody may read."""
        return not lookup.startswith("closed_reason") and super().lookup_allowed(lookup, value, request)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        verbs = [
            path(
                f"<int:pk>/{verb}/",
                wrap(partial(lead_page.act, model_admin=self, verb=verb)),
                name=f"enquiries_lead_{verb}",
            )
            for verb in VERBS
        ]
        return [*verbs, *self.person_urls(), *super().get_urls()]

    def person_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        erase_lead = partial(person.erase_lead, model_admin=self)
        erase_address = partial(person.erase_address, model_admin=self)
        return [
            path("<int:pk>/export/", wrap(person.export), name="enquiries_lead_export"),
            path("<int:pk>/erase/", wrap(erase_lead), name="enquiries_lead_erase"),
            path("erase/", wrap(erase_address), name="enquiries_lead_erase-address"),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return lead_page.add(request, model_admin=self)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return lead_page.show(request, model_admin=self, object_id=object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The timeline is the history."""
        return redirect("admin:enquiries_lead_change", object_id)

    def has_change_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        gone = obj is not None and (obj.erased_at is not None or obj.merged_into_id is not None)
        return super().has_change_permission(request, obj) and not gone

    def has_delete_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        return False
