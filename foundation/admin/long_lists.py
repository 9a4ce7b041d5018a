"""Lists that grow for as long as the clinic does: each page costs the same when there are millions of rows."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.addresses import with_ascii_domain
from foundation.admin.keyset import KeysetChangeList


class LongList(admin.ModelAdmin):
    """In the one order that an index has, each page read from where it begins, and counted up to a thousand."""

    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    sortable_by = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:
        return KeysetChangeList


class LongListOfAddresses(LongList):
    """Searched by how an address begins, which its index can say; of a part within it none of millions could be."""

    search_fields = ("email",)
    search_help_text = _("An e-mail address, or how it begins")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Addresses are stored in lower case, and their domains in ASCII."""
        begins = search_term.strip().lower()
        begins = with_ascii_domain(begins) if "@" in begins else begins
        return (queryset.filter(email__startswith=begins) if begins else queryset), False
