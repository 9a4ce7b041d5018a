"""How long is left for the first answer: in opening hours, since at night nobody could give one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries.models import Lead
from foundation.business_hours import BusinessHours
from foundation.models import ClinicProfile
from foundation.templatetags.pills import pill

# Of opening hours: time to finish a call, and then to answer.
SOON = timedelta(hours=1)
LONG = timedelta(days=14)
MINUTE = timedelta(minutes=1)


def business_hours() -> BusinessHours:
    return ClinicProfile.objects.current().business_hours()


def due_soon(hours: BusinessHours) -> QuerySet[Lead]:
    """Late ones too."""
    return due_by(soon(hours))


def soon(hours: BusinessHours) -> datetime:
    return hours.after(timezone.now(), SOON)


def due_by(moment: Any) -> QuerySet[Lead]:
    return Lead.objects.awaiting_answer().filter(first_answer_due_at__lte=moment)


def late() -> QuerySet[Lead]:
    return Lead.objects.awaiting_answer().filter(first_answer_due_at__lt=timezone.now())


def answered_late() -> QuerySet[Lead]:
    return Lead.objects.filter(merged_into=None, erased_at=None, first_answered_at__gt=F("first_answer_due_at"))


def in_words(length: timedelta) -> str:
    """Whole minutes, so that 0 min are some seconds."""
    hours, minutes = divmod(length // MINUTE, 60)
    words = _("%(hours)d h %(minutes)d min") if hours else _("%(minutes)d min")
    return words % {"hours": hours, "minutes": minutes}


def in_words_now(lead: Lead, hours: BusinessHours) -> str:
    """Empty when no answer is waited for, and none came late."""
    due_at, answered_at, now = lead.first_answer_due_at, lead.first_answered_at, timezone.now()
    if due_at is None:
        return ""
    if answered_at:
        words = _("came late by %(time)s") if answered_at > due_at else ""
    elif not lead.is_open:
        words = ""
    else:
        words = _("late by %(time)s") if now > due_at else _("%(time)s left")
    return words % {"time": apart(answered_at or now, due_at, hours)}


def apart(ended_at: datetime, due_at: datetime, hours: BusinessHours) -> str:
    """In opening hours, which are counted day by day; from some weeks on nobody wants to know it by the minute."""
    length = abs(ended_at - due_at)
    if length > LONG:
        return _("%(days)d days") % {"days": length.days}
    return in_words(abs(hours.open_time(ended_at, due_at)))


def time_left(lead: Lead, hours: BusinessHours) -> SafeString | str:
    """Late ones marked, also for who does not see colours."""
    words = in_words_now(lead, hours)
    ended_at = lead.first_answered_at or timezone.now()
    is_late = lead.first_answer_due_at is not None and ended_at > lead.first_answer_due_at
    return pill("overdue", words) if words and is_late else words


def tell_time_left(leads: Iterable[Lead]) -> None:
    """Once for a page of leads, so that each row asks no hours of its own."""
    hours = business_hours()
    for lead in leads:
        lead.time_left = time_left(lead, hours)  # type: ignore[attr-defined]


WORDS = {
    "waiting": gettext_lazy("waited for"),
    "soon": gettext_lazy("late or due within an hour"),
    "late": gettext_lazy("late"),
    "came-late": gettext_lazy("came too late"),
}


class AnswerFilter(admin.SimpleListFilter):
    title = gettext_lazy("first answer")
    parameter_name = "answer"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return list(WORDS.items())

    def queryset(self, request: Any, queryset: QuerySet[Lead]) -> QuerySet[Lead]:
        match self.value():
            case "waiting":
                return queryset & Lead.objects.awaiting_answer()
            case "soon":
                return queryset & due_soon(business_hours())
            case "late":
                return queryset & late()
            case "came-late":
                return queryset & answered_late()
            case _:
                return queryset
