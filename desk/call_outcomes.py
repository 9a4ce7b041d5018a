"""The clinic's own outcomes of a call, which managers keep."""

from django.contrib import admin

from enquiries.models import CallOutcome


@admin.register(CallOutcome)
class CallOutcomeAdmin(admin.ModelAdmin):
    list_display = ("words", "counts_as")
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
