"""Who is away, so that new leads go to the others."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from enquiries.models import Absence


@admin.register(Absence)
class AbsenceAdmin(admin.ModelAdmin):
    list_display = ("who", "begins_on", "ends_on")
    readonly_fields = ("who",)
    list_select_related = ("member",)
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("who"), ordering="member__name")
    def who(self, absence: Absence) -> str:
        return str(absence.member)

    def get_fields(self, request: HttpRequest, obj: Absence | None = None) -> tuple[str, ...]:
        """Where nothing may be changed, Django would link the account, which not everybody may see."""
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return ("member" if may_write else "who", "begins_on", "ends_on")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"member": request.user.pk, **super().get_changeform_initial_data(request)}
