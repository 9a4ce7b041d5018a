"""What was done with people's data and with accounts: to be read."""

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.models import AuditEvent
from foundation.addresses import with_ascii_domain
from foundation.admin.long_lists import LongList
from foundation.admin.read_only import ReadOnlyAdmin
from foundation.tokens import hash_address


@admin.register(AuditEvent)
class AuditEventAdmin(LongList, ReadOnlyAdmin):
    ordering = ("-at", "-pk")
    list_display = ("at", "kind", "who", "about_shortly", "network")
    list_filter = ("kind", "by")
    list_select_related = ("by",)
    fields = ("at", "kind", "by", "about", "network", "details")
    readonly_fields = ("details",)
    # Tells the list that it can be searched; get_search_results says how.
    search_fields = ("about",)
    search_help_text = _("A row, as “lead 12” or “account 3”, or a whole e-mail address")

    @admin.display(description=_("who"))
    def who(self, event: AuditEvent) -> str:
        return str(event.by or "–")

    @admin.display(description=_("about"))
    def about_shortly(self, event: AuditEvent) -> str:
        """Of a hash, enough to tell two of them apart."""
        return event.about[:24]

    @admin.display(description=_("details"))
    def details(self, event: AuditEvent) -> str:
        return json.dumps(event.data, indent=2, ensure_ascii=False) if event.data else "–"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEvent], search_term: str
    ) -> tuple[QuerySet[AuditEvent], bool]:
        """Exactly, for which there is an index; of an address only the hash is stored."""
        term = search_term.strip()
        if "@" in term:
            address_hash = hash_address(with_ascii_domain(term))
            # The second is where a lead's own number stands first.
            return queryset.filter(about=f"address {address_hash}") | queryset.filter(data__address=address_hash), False
        return (queryset.filter(about=term.lower()) if term else queryset), False
