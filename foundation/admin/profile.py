"""The clinic's own details, hours and steps."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from foundation.forms import TYPED_TEXT
from foundation.models import ClinicProfile, Holiday, OpeningHours, ProcessStep
from foundation.outage import one_request
from foundation.signals import profile_saved


class Rows(BaseInlineFormSet):
    default_error_messages = {
        **BaseInlineFormSet.default_error_messages,
        "too_many_forms": _("These are too many at once: there may be at most %(num)d."),
    }


class Bounded(InlineModelAdmin):
    """Without absolute_max a post may claim a thousand rows more, and gets them."""

    formset = Rows
    extra = 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, absolute_max=self.most(obj), validate_max=True, **kwargs)

    def most(self, obj: Any) -> int:
        """Those of before there was a bound can still be saved, with some of them ticked for deletion."""
        return (self.max_num or 0) + (self.model._default_manager.filter(profile=obj).count() if obj else 0)


class ProcessStepInline(Bounded, admin.StackedInline):
    model = ProcessStep
    # The packet tells each on half a page.
    max_num = 20
    formfield_overrides = TYPED_TEXT


class OpeningHoursInline(Bounded, admin.TabularInline):
    model = OpeningHours
    # Four spans a day.
    max_num = 28


class HolidayInline(Bounded, admin.TabularInline):
    model = Holiday
    # Of some six years.
    max_num = 100


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
