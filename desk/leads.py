"""The list of leads. Whatever changes a lead is a verb on its own page, or the form that takes down a new one."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from desk import answers, export_list, import_list, lead_search, today, words
from desk.lead import lead_page, merging, person, taking_apart
from desk.lead.forms import VERBS
from desk.list import bulk, lead_filters, lead_rows, saved_views
from desk.list.bulk_forms import FORMS, Verb
from desk.numbers import pages as numbers
from enquiries.models import Lead
from foundation.admin.keyset import KeysetChangeList
from foundation.queue import Queue


@admin.register(Lead)
class LeadAdmin(admin.ModelAdmin):
    list_display = ("who", "stage_pill", "owned_by", "action", "due", "from_country", "created_at")
    list_filter = (
        lead_filters.DueFilter,
        lead_filters.StageFilter,
        lead_filters.OwnerFilter,
        answers.AnswerFilter,
        lead_filters.PacketFilter,
        lead_filters.CountryFilter,
        lead_filters.OriginFilter,
        lead_filters.TagFilter,
        lead_filters.MentionFilter,
        lead_filters.HiddenFilter,
    )
    list_select_related = ("owner",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    # Of the columns, the one whose order has an index; what is due has its own filter, in its own order.
    sortable_by = ("created_at",)
    actions = bulk.list_actions()
    # Which fields, lead_search says; without any the page has no search box.
    search_fields = ("search",)
    search_help_text = _("Name, e-mail address, telephone number or country")

    @admin.display(description=_("name"))
    def who(self, lead: Lead) -> str:
        return str(lead)

    @admin.display(description=_("stage"))
    def stage_pill(self, lead: Lead) -> str:
        return words.stage(lead.stage)

    @admin.display(description=_("owner"))
    def owned_by(self, lead: Lead) -> str:
        return str(lead.owner or _("nobody"))

    @admin.display(description=_("next action"))
    def action(self, lead: Lead) -> str:
        return getattr(lead, "shown_plan", "") if lead.is_open else words.NOTHING

    @admin.display(description=_("on"))
    def due(self, lead: Lead) -> str:
        return getattr(lead, "due", "") or words.NOTHING

    @admin.display(description=_("country"))
    def from_country(self, lead: Lead) -> str:
        return words.country(lead.country)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Newest first; work that is due, longest overdue first."""
        if request.GET.get("answer") in answers.WORDS:
            return ("first_answer_due_at", "pk")
        return lead_filters.order_of_due(request.GET.get("due", "")) or ("-created_at", "-pk")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        who, *others = self.list_display
        return (who, "first_answer", *others) if request.GET.get("answer") in answers.WORDS else self.list_display

    @admin.display(description=_("first answer"))
    def first_answer(self, lead: Lead) -> str:
        return getattr(lead, "time_left", "") or words.NOTHING

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        words.tell_due(changelist.result_list)
        words.tell_plans(changelist.result_list, lead_page.may_read_health_text(request))
        if "first_answer" in changelist.list_display:
            answers.tell_time_left(changelist.result_list)
        return changelist

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:
        return KeysetChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Lead], search_term: str
    ) -> tuple[QuerySet[Lead], bool]:
        if not search_term.strip():
            return queryset, False
        found = lead_search.matching(search_term)
        return (queryset.filter(found) if found else queryset.none()), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {**saved_views.of_list(request, self), **(extra_context or {})}
        response = super().changelist_view(request, context)
        shown = getattr(response, "context_data", None)
        if shown and "cl" in shown:
            shown["narrowed_by"] = lead_filters.narrowed_by(shown["cl"])
            shown.update(lead_rows.of_list(shown["cl"]))
        return response

    def queues(self, request: HttpRequest) -> list[Queue]:
        return today.of_leads(owner=request.user.pk, may_read=lead_page.may_read_health_text(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The reason for closing and the next action are among what not everybody may read."""
        withheld = lookup.partition("__")[0] in ("closed_reason", "next_action")
        return not withheld and super().lookup_allowed(lookup, value, request)

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
        return [
            *verbs,
            *self.list_urls(),
            *self.person_urls(),
            *numbers.urls(self),
            *self.file_urls(),
            *super().get_urls(),
        ]

    def file_urls(self) -> list[Any]:
        return [*export_list.urls(self), *import_list.urls(self)]

    def list_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        bulk_verbs = [
            path(
                f"bulk/{verb}/",
                wrap(partial(bulk.act, model_admin=self, verb=verb)),
                name=f"enquiries_lead_bulk-{verb}",
            )
            for verb in FORMS
        ]
        own = (bulk.show_run, bulk.undo, saved_views.save, saved_views.change)
        run, undo, save, change = (partial(view, model_admin=self) for view in own)
        return [
            *bulk_verbs,
            path("bulk/<int:pk>/", wrap(run), name="enquiries_lead_bulk-run"),
            path("bulk/<int:pk>/undo/", wrap(undo), name="enquiries_lead_bulk-undo"),
            path("views/", wrap(save), name="enquiries_lead_save-view"),
            path("views/<int:pk>/", wrap(change), name="enquiries_lead_change-view"),
        ]

    def person_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        erase_lead = partial(person.erase_lead, model_admin=self)
        erase_address = partial(person.erase_address, model_admin=self)
        return [
            path("<int:pk>/merge/", wrap(partial(merging.merge, model_admin=self)), name="enquiries_lead_merge"),
            path("<int:pk>/unmerge/", wrap(taking_apart.unmerge), name="enquiries_lead_unmerge"),
            path("<int:pk>/take-address-off/", wrap(taking_apart.mistyped), name="enquiries_lead_take-address-off"),
            path("<int:pk>/tell-apart/", wrap(merging.told_apart), name="enquiries_lead_tell-apart"),
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

    def has_bulk_permission(self, request: HttpRequest) -> bool:
        return bulk.may(request, self, Verb.ASSIGN)

    def has_bulk_mail_permission(self, request: HttpRequest) -> bool:
        return bulk.may(request, self, Verb.DOCUMENT)

    def has_delete_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        return False
