"""A list that reads each page from where it begins, by an index. An OFFSET reads all that stands before it."""

from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from foundation import counts

AFTER, BEFORE = "after", "before"
BETWEEN = "~"

# The name of a field, whether it descends, and its value in the row that a page begins behind.
Key = tuple[str, bool, Any]


class KeysetChangeList(ChangeList):
    """Orders may name any fields that are never NULL; the last of them must be unique."""

    page_after = ""
    page_before = ""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        # Links to another order, filter or search begin at its beginning; and no field is called so. Django sorts by
        # any column that an address names; where none is sorted by, none has an index for it.
        for name in (AFTER, BEFORE) if self.sortable_by else (AFTER, BEFORE, ORDER_VAR):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        after, before = (read(self.queryset, request.GET.get(name, "")) for name in (AFTER, BEFORE))
        more = self.read_backwards(before) if before and not after else self.read_on(after)
        alone = not (more or self.page_after or self.page_before)
        self.result_count = len(self.result_list) if alone else counts.count(self.queryset)
        # The template says how many there are when the two differ: when there is a search or a filter.
        narrowed = self.query or self.has_active_filters
        self.full_result_count = None if narrowed else self.result_count
        self.show_full_result_count = False
        self.show_admin_actions = bool(self.result_list)
        self.can_show_all = True
        self.multi_page = False
        self.paginator = None

    def read_on(self, after: list[Key] | None) -> bool:
        rows = self.queryset.filter(beyond(after)) if after else self.queryset
        self.result_list, more = self.cut(rows)
        self.note_neighbours(earlier=bool(after), later=more)
        return more

    def read_backwards(self, before: list[Key]) -> bool:
        rows = self.queryset.filter(beyond(turned(before))).reverse()
        found, more = self.cut(rows)
        self.result_list = found[::-1]
        self.note_neighbours(earlier=more, later=True)
        return more

    def cut(self, rows: QuerySet[Any]) -> tuple[list[Any], bool]:
        """One page of them, and whether there is more: asked for by one row more, not by a count."""
        found = list(rows[: self.list_per_page + 1])
        return found[: self.list_per_page], len(found) > self.list_per_page

    def note_neighbours(self, *, earlier: bool, later: bool) -> None:
        if self.result_list and earlier:
            self.page_before = self.get_query_string({BEFORE: written(self.queryset, self.result_list[0])})
        if self.result_list and later:
            self.page_after = self.get_query_string({AFTER: written(self.queryset, self.result_list[-1])})

    @property
    def count_in_words(self) -> str:
        return counts.in_words(self.result_count)


def order(queryset: QuerySet[Any]) -> list[tuple[Any, bool]]:
    meta = queryset.model._meta
    names = [str(name) for name in queryset.query.order_by]
    fields = [name.removeprefix("-").replace("pk", meta.pk.name) for name in names]
    return [(meta.get_field(field), name.startswith("-")) for field, name in zip(fields, names, strict=True)]


def written(queryset: QuerySet[Any], row: Model) -> str:
    """Where a row stands in the order, for an address: dates and numbers, so no name ends up in a log."""
    return BETWEEN.join(field.value_to_string(row) for field, _descending in order(queryset))


def read(queryset: QuerySet[Any], text: str) -> list[Key] | None:
    """None for no place at all, and for one that nobody wrote here."""
    fields, values = order(queryset), text.split(BETWEEN)
    if len(fields) != len(values):
        return None
    try:
        keys = [(field.name, down, field.to_python(value)) for (field, down), value in zip(fields, values, strict=True)]
    except ValidationError:
        return None
    return None if any(value is None for _name, _down, value in keys) else keys


def beyond(keys: list[Key]) -> Q:
    """(a <= x) AND (a < x OR id < y): an index stops at the first part, as it could not at a plain OR."""
    (name, descending, value), *rest = keys
    sign = "lt" if descending else "gt"
    strictly = Q(**{f"{name}__{sign}": value})
    return Q(**{f"{name}__{sign}e": value}) & (strictly | beyond(rest)) if rest else strictly


def turned(keys: list[Key]) -> list[Key]:
    return [(name, not descending, value) for name, descending, value in keys]
