"""The clinic's own details, hours and steps."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from foundation.forms import TYPED_TEXT
from foundation.models import ClinicProfile, Holiday, OpeningHours, ProcessStep
from foundation.outage import one_request
from foundation.signals import profile_saved


class ProcessStepInline(admin.StackedInline):
    model = ProcessStep
    extra = 1
    formfield_overrides = TYPED_TEXT


class OpeningHoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 1


class HolidayInline(admin.TabularInline):
    model = Holiday
    extra = 1


@admin.register(ClinicProfile)
class ClinicProfileAdmin(admin.ModelAdmin):
    inlines = [OpeningHoursInline, HolidayInline, ProcessStepInline]
    formfield_overrides = TYPED_TEXT

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one row, so the list is a detour."""
        profile = ClinicProfile.objects.first()
        if profile is None or not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect("admin:foundation_clinicprofile_change", profile.pk)

    def response_change(self, request: HttpRequest, obj: ClinicProfile) -> HttpResponse:
        """Behind the rows of its hours and steps."""
        # What this request has read so far is the profile as it was.
        with one_request():
            profile_saved.send(sender=ClinicProfile, request=request)
        return super().response_change(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ClinicProfile | None = None) -> bool:
        return False
