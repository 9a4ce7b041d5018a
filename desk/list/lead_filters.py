from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enquiries import countries
from enquiries.models import (
    Lead,
    LeadEvent,
    LeadTag,
    PacketDelivery,
    Tag,
    follows_up,
    imported,
    mail_failed,
    may_be_contacted,
    owns_no_more,
    where_mentioned,
)
from enquiries.models.waiting import theirs, who_waits_by
from foundation.models import ClinicProfile
from foundation.numbers import number
from foundation.prepared import Rows
from foundation.staff import WORKS_HERE, works_here
from mailings.models.why import SAID_BY_THE_PERSON

# Begins closed, so that the others fit on a screen.
RARELY_USED = "admin/enquiries/lead/closed_filter.html"
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def left_behind() -> QuerySet[Lead]:
    """Open leads of colleagues who left or do other work now: nobody looks after them."""
    return Lead.objects.open().filter(owner__in=owns_no_more())


# What somebody did since, by which it is decided.
DECIDES = [LeadEvent.Kind.STOP_LIFTED, LeadEvent.Kind.PACKET_QUEUED, LeadEvent.Kind.STAGE, LeadEvent.Kind.CALL]


def stopped_and_back() -> QuerySet[Lead]:
    """Whoever asked us to stop, wrote again, and got nothing; also closed ones, whom nobody else would look at."""
    in_vain = Q(kind=LeadEvent.Kind.CALL, data__outcome=LeadEvent.Outcome.NO_ANSWER)
    # Whom they are merged into may have begun since, which decides nothing.
    began = Q(kind=LeadEvent.Kind.STAGE, data__from="")
    later = LeadEvent.objects.filter(theirs(), ~in_vain, ~began, kind__in=DECIDES, pk__gt=OuterRef("pk"))
    # With a mail it tells that one was taken back when they asked us to stop.
    kept_back = LeadEvent.objects.filter(kind=LeadEvent.Kind.PACKET_NOT_SENT, data__why__in=SAID_BY_THE_PERSON)
    waiting = kept_back.filter(~Q(data__has_key="outgoing"), ~Exists(later))
    return Lead.objects.filter(pk__in=who_waits_by(waiting), merged_into=None, erased_at=None)


def downloaded_not_called() -> QuerySet[Lead]:
    """They hold the packet in their hands and want to be contacted, and nobody spoke with them yet."""
    downloads = PacketDelivery.objects.filter(first_downloaded_at__isnull=False)
    waiting = Lead.objects.open().filter(stage=Lead.Stage.NEW, first_answered_at=None)
    own = Exists(downloads.filter(lead=OuterRef("pk")))
    holds = Q(own) | Q(pk__in=who_waits_by(downloads.filter(lead__merged_into__isnull=False)))
    # In this order: what they chose takes a query of each lead.
    return waiting.filter(Case(When(holds, then=may_be_contacted()), default=False, output_field=BooleanField()))


class StageFilter(admin.SimpleListFilter):
    title = _("stage")
    parameter_name = "stage"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("open", _("any open stage")), ("closed", _("any closed stage")), *Lead.Stage.choices]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        match self.value():
            case None:
                return queryset
            case "open":
                return queryset.exclude(stage__in=Lead.CLOSED)
            case "closed":
                return queryset.filter(stage__in=Lead.CLOSED)
            case stage:
                return queryset.filter(stage=stage)


def owners() -> QuerySet[Any]:
    """Who may own leads, and who still has open ones and may not."""
    still = Exists(Lead.objects.open().filter(owner=OuterRef("pk")))
    may_own = Q(follows_up(), **WORKS_HERE)
    accounts: QuerySet[Any] = get_user_model()._default_manager.exclude(~may_own, ~still)
    return accounts.annotate(may_own=ExpressionWrapper(may_own, BooleanField()))


OWNERS = Rows(owners)


class OwnerFilter(admin.SimpleListFilter):
    title = _("owner")
    parameter_name = "owner"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        found = OWNERS.ask()
        staff = [(str(user.pk), str(user)) for user in found if user.may_own and user != request.user]
        gone = [(str(user.pk), gone_by_name(user)) for user in found if not user.may_own]
        return [("me", _("me")), ("nobody", _("nobody")), *staff, *gone]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        match self.value():
            case None:
                return queryset
            case "me":
                return queryset.filter(owner=request.user)
            case "nobody":
                return queryset.filter(owner=None)
            case "gone":
                return queryset.filter(owner__in=owns_no_more())
            case user:
                return queryset.filter(owner=number(user))


def gone_by_name(account: Any) -> Any:
    words = _("{name} (other work now)") if works_here(account) else _("{name} (left)")
    return format_lazy(words, name=str(account))


class CountryFilter(admin.SimpleListFilter):
    """A box to choose from: as links it would be longer than the list."""

    title = _("country")
    parameter_name = "country"
    template = "admin/enquiries/lead/country_filter.html"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return countries.choices()

    def choices(self, changelist: Any) -> Iterator[Any]:
        """All of it in one: what else the list is narrowed by, which the form sends along, and the countries."""
        others = {name: value for name, value in changelist.params.items() if name != self.parameter_name}
        yield {"others": others, "options": countries.options(self.value())}

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        return queryset.filter(country=self.value()) if self.value() else queryset


def due_within_the_hour(now: Any = None) -> QuerySet[Lead]:
    return Lead.objects.due_within(HOUR, now)


DUE: dict[str, Callable[[date], QuerySet[Lead]]] = {
    "now": lambda today: Lead.objects.due(today),
    "hour": lambda today: due_within_the_hour(),
    "today": lambda today: Lead.objects.due_today(today),
    "overdue": lambda today: Lead.objects.overdue(today),
    "week": lambda today: Lead.objects.due(today + WEEK),
    "all": lambda today: Lead.objects.open(),
}


def order_of_due(chosen: str) -> tuple[str, ...]:
    """By the index of each; none for what is no such filter."""
    by = "next_action_at" if chosen == "hour" else "next_action_on"
    return (by, "pk") if chosen in DUE else ()


class DueFilter(admin.SimpleListFilter):
    title = _("next action")
    parameter_name = "due"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [
            ("now", _("due today or overdue")),
            ("hour", _("due within the hour")),
            ("today", _("due today")),
            ("overdue", _("overdue")),
            ("week", _("due within a week")),
            ("all", _("soonest first")),
        ]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        chosen = self.value() or ""
        if chosen not in DUE:
            return queryset
        today = ClinicProfile.objects.current().today()
        return queryset & DUE[chosen](today)


class PacketFilter(admin.SimpleListFilter):
    title = _("packet")
    parameter_name = "packet"
    template = RARELY_USED

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [
            ("failed", _("it or a mail did not arrive")),
            ("downloaded", _("downloaded, not yet called")),
            ("stopped", _("asked to stop, writes again")),
        ]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        by_name = {"failed": mail_failed, "downloaded": downloaded_not_called, "stopped": stopped_and_back}
        wanted = by_name.get(self.value() or "")
        return queryset.filter(pk__in=wanted().values("pk")) if wanted else queryset


class OriginFilter(admin.SimpleListFilter):
    title = _("came by")
    parameter_name = "came"
    template = RARELY_USED

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("asking", _("a form, a call or a visit")), ("list", _("an imported list"))]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        match self.value():
            case "asking":
                return queryset.filter(~imported())
            case "list":
                return queryset.filter(imported())
            case _:
                return queryset


class TagFilter(admin.SimpleListFilter):
    """By number: a name may change, and a saved view goes on. While there are no tags there is no filter.

    But for a view by one that was the last: without the filter it would show everybody.
    """

    title = _("tag")
    parameter_name = "tag"
    template = RARELY_USED

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(str(tag.pk), str(tag)) for tag in Tag.objects.all()]

    def has_output(self) -> bool:
        return super().has_output() or bool(self.value())

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=LeadTag.objects.filter(tag=number(str(self.value()))).values("lead"))


class MentionFilter(admin.SimpleListFilter):
    """There only while somebody looks by it: Today leads here, and whoever has seen all needs none."""

    title = _("mentions")
    parameter_name = "mentioned"
    template = RARELY_USED

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("me", _("of me, not seen yet"))]

    def has_output(self) -> bool:
        return bool(self.value())

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        return queryset.filter(pk__in=where_mentioned(request.user.pk).values("pk")) if self.value() else queryset


class HiddenFilter(admin.SimpleListFilter):
    title = _("merged and erased")
    parameter_name = "hidden"
    template = RARELY_USED

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("only", _("show only these"))]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        shown = {"merged_into": None, "erased_at": None}
        return queryset.exclude(**shown) if self.value() else queryset.filter(**shown)


def narrowed_by(changelist: Any) -> list[dict[str, Any]]:
    """Each filter in use, with the list without it."""
    return [
        {
            "title": found.title,
            "value": dict(found.lookup_choices).get(found.value(), found.value()),
            "url": changelist.get_query_string(remove=[found.parameter_name]),
        }
        for found in changelist.filter_specs
        if found.value()
    ]
