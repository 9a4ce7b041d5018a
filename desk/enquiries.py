"""What people sent, as typed. Held ones wait here for a decision."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import today, words
from desk.lead.lead_page import may_read_health_text, note_opening
from desk.lead.timeline import choice_labels, typed, without_health_text
from enquiries.actions import bring_back_enquiry, discard_enquiry, release_enquiry
from enquiries.actions.packets import why_no_packet
from enquiries.models import Enquiry
from foundation.actors import acting
from foundation.admin.long_lists import LongList
from foundation.queue import Queue
from foundation.templatetags.pills import pill

VERDICTS = ("held", "accepted", "released", "discarded")


class VerdictFilter(admin.SimpleListFilter):
    title = gettext_lazy("verdict")
    parameter_name = "verdict"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(verdict, Enquiry.Verdict(verdict).label) for verdict in VERDICTS]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(verdict=self.value()) if self.value() else queryset


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To the page of ours that the button stood on, when it says so; never to one of another host."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    # Not redirect(), which takes whatever has no slash for the name of a page.
    return HttpResponseRedirect(wanted if is_ours else otherwise)


@admin.register(Enquiry)
class EnquiryAdmin(LongList):
    ordering = ("-received_at", "-pk")
    list_display = ("received_at", "sender", "form", "verdict_pill", "held_because", "lead_link")
    list_filter = (VerdictFilter, "form")
    list_select_related = ("lead",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("email",)
    search_help_text = gettext_lazy("E-mail address")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Addresses are stored in lower case; as Django asks, by UPPER(), no index of them would help."""
        for part in search_term.lower().split():
            queryset = queryset.filter(email__contains=part)
        return queryset, False

    @admin.display(description=gettext_lazy("from"))
    def sender(self, enquiry: Enquiry) -> str:
        return today.sender(enquiry)

    @admin.display(description=gettext_lazy("verdict"))
    def verdict_pill(self, enquiry: Enquiry) -> str:
        return pill(enquiry.verdict, enquiry.get_verdict_display())

    @admin.display(description=gettext_lazy("held because"))
    def held_because(self, enquiry: Enquiry) -> str:
        return enquiry.held_because

    @admin.display(description=gettext_lazy("lead"))
    def lead_link(self, enquiry: Enquiry) -> str:
        lead = enquiry.lead
        return format_html('<a href="{}">{}</a>', lead.get_absolute_url(), lead) if lead else words.NOTHING

    def queues(self, request: HttpRequest) -> list[Queue]:
        return today.of_enquiries(may_release=self.has_change_permission(request))

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        decisions = [
            path(
                f"<int:pk>/{verb}/",
                wrap(partial(self.decide, verb=verb)),
                name=f"enquiries_enquiry_{verb}",
            )
            for verb in ("release", "discard", "bring-back")
        ]
        return [*decisions, *super().get_urls()]

    def decide(self, request: HttpRequest, *, pk: int, verb: str) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        enquiry = get_object_or_404(Enquiry, pk=pk)
        if request.method != "POST":
            return redirect("admin:enquiries_enquiry_change", pk)
        decisions = {"release": self.release, "discard": self.discard, "bring-back": self.bring_back}
        return decisions[verb](request, enquiry)

    def release(self, request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
        try:
            found = release_enquiry(enquiry=enquiry, by=acting(request))
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect("admin:enquiries_enquiry_change", enquiry.pk)
        if found.lead is None:
            messages.warning(request, _("This enquiry was decided already."))
            return back(request, reverse("admin:enquiries_enquiry_change", args=[enquiry.pk]))
        if found.deliveries.exists():
            messages.success(request, _("Released: the lead is made and the packet is on its way."))
        else:
            why = why_no_packet(found.lead.survivor(), found.email or found.lead.email or "", found.topic)
            words = _("Released: the lead is made, but no packet goes out. %(why)s")
            messages.warning(request, words % {"why": why.label if why else ""})
        return back(request, found.lead.get_absolute_url())

    def discard(self, request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
        found = discard_enquiry(enquiry=enquiry, by=acting(request))
        if found.verdict == Enquiry.Verdict.DISCARDED:
            messages.success(request, _("Discarded. It stays on the list, and nothing is mailed."))
        else:
            messages.warning(request, _("This enquiry was decided already."))
        return redirect(f"{reverse('admin:enquiries_enquiry_changelist')}?verdict=held")

    def bring_back(self, request: HttpRequest, enquiry: Enquiry) -> HttpResponse:
        if enquiry.may_be_brought_back:
            bring_back_enquiry(enquiry=enquiry, by=acting(request))
            messages.success(request, _("It is held again. Nothing was mailed."))
        elif enquiry.verdict == Enquiry.Verdict.HELD:
            messages.info(request, _("It is held again already."))
        else:
            messages.warning(
                request,
                _("Only what was discarded within a day, and whose person was not erased since, can be brought back."),
            )
        return redirect("admin:enquiries_enquiry_change", enquiry.pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        enquiry = self.get_object(request, object_id)
        if enquiry is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            **self.words_of(request, enquiry),
            "opts": self.opts,
            "title": str(enquiry),
            "enquiry": enquiry,
            "verdict": pill(enquiry.verdict, enquiry.get_verdict_display()),
            "consents": enquiry.consents,
            "may_bring_back": enquiry.may_be_brought_back and self.has_change_permission(request, enquiry),
            "may_decide": enquiry.verdict == Enquiry.Verdict.HELD and self.has_change_permission(request, enquiry),
        }
        return TemplateResponse(request, "admin/enquiries/enquiry/page.html", context)

    def words_of(self, request: HttpRequest, enquiry: Enquiry) -> dict[str, Any]:
        """What the person typed, or the part of it that this account may read."""
        message, fields = enquiry.fields.get("message", ""), typed(enquiry, enquiry.lead, choice_labels())
        allowed = without_health_text(fields)
        if not message and allowed == fields:
            return {"typed": fields}
        if not may_read_health_text(request):
            return {"typed": allowed, "withheld": True}
        note_opening(request, enquiry)
        return {"typed": fields, "message": message}

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Else a list narrowed by ?fields__message__contains=… would tell what the page withholds."""
        return not lookup.startswith(("fields", "utm", "source_path")) and super().lookup_allowed(
            lookup, value, request
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Enquiry | None = None) -> bool:
        return False
