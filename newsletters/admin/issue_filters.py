"""What narrows the list of issues."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from newsletters.models import Newsletter


class DiscardedFilter(admin.SimpleListFilter):
    title = _("discarded drafts")
    parameter_name = "discarded"

    def lookups(self, request: Any, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("only", _("show only these"))]

    def choices(self, changelist: Any) -> Iterable[Any]:
        hidden, *shown = super().choices(changelist)
        return [{**hidden, "display": _("hide them")}, *shown]

    def queryset(self, request: Any, queryset: QuerySet[Newsletter]) -> QuerySet[Newsletter]:
        discarded = Newsletter.objects.discarded().values("pk")
        return queryset.filter(pk__in=discarded) if self.value() else queryset.exclude(pk__in=discarded)
