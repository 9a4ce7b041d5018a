"""The tags of leads, which managers keep."""

from django.contrib import admin

from enquiries.models import Tag


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ("name",)
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
