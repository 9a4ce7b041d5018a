"""Who agreed to what, in which words: proof, to be read."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.admin.long_lists import LongListOfAddresses
from foundation.admin.read_only import ReadOnlyAdmin
from mailings.models import Consent


@admin.register(Consent)
class ConsentAdmin(LongListOfAddresses, ReadOnlyAdmin):
    # Without the page it was given on: an article beside an address says something about health. The export has it.
    list_display = ("given_at", "email", "wording", "given", "recorded_by")
    list_filter = ("given", "wording")
    list_select_related = ("wording", "recorded_by")
    fields = ("email", "wording", "wording_text", "given", "recorded_by", "given_at")
    readonly_fields = ("wording_text",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return not lookup.startswith("source_path") and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("agreed to"))
    def wording_text(self, consent: Consent) -> str:
        return consent.wording.text
