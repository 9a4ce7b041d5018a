"""The texts that the forms ask people to agree to: a new one is a new number."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.actions import add_wording
from foundation.admin.read_only import ReadOnlyAdmin
from foundation.forms import TYPED_TEXT
from foundation.models import ConsentWording

KIND_IS = _("Which box it stands beside. The forms show the newest of each kind.")
TEXT_IS = _(
    "What people agree to by ticking the box, in the words that they read: plain text, a sentence or two in the first "
    "person. It takes effect at once and is never changed again, since it proves what was agreed to; to correct it, "
    "add another. Whoever agreed to an earlier one agreed to that."
)


class WordingForm(forms.ModelForm):
    class Meta:
        model = ConsentWording
        fields = ("kind", "text")
        help_texts: ClassVar[Any] = {"kind": KIND_IS, "text": TEXT_IS}


@admin.register(ConsentWording)
class ConsentWordingAdmin(ReadOnlyAdmin):
    form = WordingForm
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
