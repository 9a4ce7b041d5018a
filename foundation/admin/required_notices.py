"""Notices that the law of some place requires: their words, days and history."""

from itertools import zip_longest
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from foundation.actions import save_required_notice
from foundation.actors import acting
from foundation.admin.read_only import ReadOnlyAdmin
from foundation.forms import TYPED_TEXT
from foundation.models import RequiredNotice


@admin.register(RequiredNotice)
class RequiredNoticeAdmin(ReadOnlyAdmin):
    formfield_overrides = TYPED_TEXT
    list_display = ("__str__", "state", "placement", "begins_on", "ends_on")
    list_filter = ("state",)
    fields = ("place", "law", "text", "language", "placement", "begins_on", "ends_on", "state")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: RequiredNotice, form: Any, change: bool) -> None:
        save_required_notice(notice=obj, by=acting(request))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What was shown until when; the log of the admin knows only the names of the fields."""
        notice = super().get_object(request, object_id)
        if notice is None or not self.has_view_permission(request, notice):
            raise PermissionDenied
        found = list(notice.revisions.select_related("saved_by"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Change history"),
            "notice": notice,
            "revisions": [(after, after.changes(before)) for after, before in zip_longest(found, found[1:])],
        }
        return TemplateResponse(request, "admin/foundation/requirednotice/history.html", context)
