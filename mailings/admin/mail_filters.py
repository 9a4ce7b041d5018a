from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailings.emails import kinds
from mailings.models import OutgoingEmail

State = OutgoingEmail.State
# Older than this, whatever a notice spoke of was found on Today.
NOTICES_MATTER_FOR = timedelta(days=7)


def missed_notices(queryset: Any, since: Any = None) -> Any:
    """Mails to the clinic itself that did not arrive: somebody was not told of something."""
    since = since or timezone.now() - NOTICES_MATTER_FOR
    return queryset.did_not_arrive().to_staff().filter(created_at__gt=since)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waiting to go out")), *State.choices]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "waiting":
            return queryset.waiting()
        return queryset.filter(state=self.value()) if self.value() else queryset


class MissedFilter(admin.SimpleListFilter):
    title = _("who did not get it")
    parameter_name = "missed"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("any", _("for any reason")),
            (State.FAILED, _("failed")),
            (State.BOUNCED, _("came back")),
            (State.UNCERTAIN, _("may not have arrived")),
            (State.CANCELLED, _("may not be mailed")),
            ("notices", _("notices to staff, last 7 days")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        match self.value():
            case None:
                return queryset
            case "any":
                return queryset.did_not_arrive()
            case "notices":
                return missed_notices(queryset)
            case State.CANCELLED:
                return queryset.did_not_arrive().filter(state=State.CANCELLED)
            case state if state in OutgoingEmail.DID_NOT_ARRIVE:
                return queryset.of_somebody().filter(state=state)
            case _:
                return queryset.none()


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, kind.label) for name, kind in kinds.items()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset
