"""The texts that the forms ask people to agree to: a new one is a new number."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from foundation.actions import add_wording
from foundation.admin.read_only import ReadOnlyAdmin
from foundation.forms import TYPED_TEXT
from foundation.models import ConsentWording


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
