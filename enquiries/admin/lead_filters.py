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


class DueFilter(admin.SimpleListFilter):
    title = _("next action")
    parameter_name = "due"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("now", _("due today or overdue")), ("overdue", _("overdue")), ("week", _("due within a week"))]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        today = timezone.localdate()
        until = {"now": today, "overdue": today - timedelta(days=1), "week": today + timedelta(days=7)}
        last_day = until.get(self.value() or "")
        return queryset & Lead.objects.due(last_day) if last_day else queryset


class PacketFilter(admin.SimpleListFilter):
    title = _("packet")
    parameter_name = "packet"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("failed", _("did not arrive"))]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        return queryset.filter(pk__in=packet_failed().values("pk")) if self.value() else queryset


class HiddenFilter(admin.SimpleListFilter):
    title = _("merged and erased")
    parameter_name = "hidden"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("only", _("show only these"))]

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        shown = {"merged_into": None, "erased_at": None}
        return queryset.exclude(**shown) if self.value() else queryset.filter(**shown)
