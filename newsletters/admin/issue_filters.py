"""What narrows the list of issues."""

from collections.abc import Iterable, Iterator
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

    def choices(self, changelist: Any) -> Iterator[Any]:
        hidden, *shown = super().choices(changelist)
        yield {**hidden, "display": _("hide them")}
        yield from shown

    def queryset(self, request: Any, queryset: QuerySet[Newsletter]) -> QuerySet[Newsletter]:
        discarded = Newsletter.objects.discarded().values("pk")
        return queryset.filter(pk__in=discarded) if self.value() else queryset.exclude(pk__in=discarded)
