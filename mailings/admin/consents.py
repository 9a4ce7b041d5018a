"""Who agreed to what, in which words: proof, to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.forms import TYPED_TEXT
from mailings.actions import add_wording
from mailings.admin.read_only import ReadOnlyAdmin
from mailings.models import Consent, ConsentWording


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    # Without the page it was given on: an article beside an address says something about health. The export has it.
    list_display = ("given_at", "email", "wording", "given", "recorded_by")
    list_filter = ("given", "wording")
    list_select_related = ("wording", "recorded_by")
    search_fields = ("email",)
    fields = ("email", "wording", "wording_text", "given", "recorded_by", "given_at")
    readonly_fields = ("wording_text",)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return not lookup.startswith("source_path") and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("agreed to"))
    def wording_text(self, consent: Consent) -> str:
        return consent.wording.text


@admin.register(ConsentWording)
class ConsentWordingAdmin(ReadOnlyAdmin):
    formfield_overrides = TYPED_TEXT
    list_display = ("__str__", "text", "created_at")
    list_filter = ("kind",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind", "number", "text", "created_at") if obj else ("kind", "text")

    def save_model(self, request: HttpRequest, obj: ConsentWording, form: Any, change: bool) -> None:
        """The next number of its kind; from now on the forms show it."""
        obj.pk = add_wording(kind=obj.kind, text=obj.text).pk
        obj.refresh_from_db()
