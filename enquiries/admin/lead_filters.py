from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enquiries.models import Lead, PacketDelivery
from mailings.models import OutgoingEmail


def packet_failed() -> QuerySet[Lead]:
    """Open leads whose newest packet did not arrive; sending another one takes them off."""
    later = PacketDelivery.objects.filter(lead=OuterRef("lead"), pk__gt=OuterRef("pk"))
    missed = PacketDelivery.objects.filter(~Exists(later), outgoing__in=OutgoingEmail.objects.did_not_arrive())
    return Lead.objects.open().filter(pk__in=missed.values("lead"))


def downloaded_not_called() -> QuerySet[Lead]:
    """They hold the packet in their hands, and nobody spoke with them yet."""
    downloads = PacketDelivery.objects.filter(first_downloaded_at__isnull=False)
    return Lead.objects.open().filter(stage=Lead.Stage.NEW, first_answered_at=None, pk__in=downloads.values("lead"))


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


class OwnerFilter(admin.SimpleListFilter):
    title = _("owner")
    parameter_name = "owner"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        staff = get_user_model()._default_manager.filter(is_active=True, is_staff=True).exclude(pk=request.user.pk)
        return [("me", _("me")), ("nobody", _("nobody")), *((str(user.pk), str(user)) for user in staff)]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        match self.value():
            case None:
                return queryset
            case "me":
                return queryset.filter(owner=request.user)
            case "nobody":
                return queryset.filter(owner=None)
            case user:
                return queryset.filter(owner=int(user)) if user.isdecimal() else queryset.none()


# Days from today; None for no end.
DUE = {"now": 0, "today": 0, "overdue": -1, "week": 7, "all": None}


class DueFilter(admin.SimpleListFilter):
    title = _("next action")
    parameter_name = "due"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [
            ("now", _("due today or overdue")),
            ("today", _("due today")),
            ("overdue", _("overdue")),
            ("week", _("due within a week")),
            ("all", _("soonest first")),
        ]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        chosen = self.value() or ""
        if chosen not in DUE:
            return queryset
        days = DUE[chosen]
        wanted = Lead.objects.open() if days is None else Lead.objects.due(timezone.localdate() + timedelta(days=days))
        return queryset & (wanted.filter(next_action_on=timezone.localdate()) if self.value() == "today" else wanted)


class PacketFilter(admin.SimpleListFilter):
    title = _("packet")
    parameter_name = "packet"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("failed", _("did not arrive")), ("downloaded", _("downloaded, not yet called"))]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        wanted = {"failed": packet_failed, "downloaded": downloaded_not_called}.get(self.value() or "")
        return queryset.filter(pk__in=wanted().values("pk")) if wanted else queryset


class HiddenFilter(admin.SimpleListFilter):
    title = _("merged and erased")
    parameter_name = "hidden"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("only", _("show only these"))]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        shown = {"merged_into": None, "erased_at": None}
        return queryset.exclude(**shown) if self.value() else queryset.filter(**shown)
