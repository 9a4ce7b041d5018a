"""The same table as Django's admin shows it by itself, in the same process: what our list is measured against."""

from typing import Any

from django.contrib import admin
from django.urls import path

from desk.leads import LeadAdmin
from enquiries.models import Lead


class StockSite(admin.AdminSite):
    def get_urls(self) -> list[Any]:
        """Our frame around its pages leads to a help that stock has not."""
        return [path("help/", self.index, name="help"), *super().get_urls()]


stock_site = StockSite("stock")


class StockLeadAdmin(admin.ModelAdmin):
    """Our columns, else what the documentation of Django would have one write."""

    list_display = ("name", "stage", "owner", "next_action", "next_action_on", "country", "created_at")
    list_filter = ("stage", "owner")
    search_fields = ("name", "email", "phone")
    list_select_related = ("owner",)
    list_per_page = LeadAdmin.list_per_page
    # Ours has blocks of its own in a template that Django would find by the name of the model.
    change_list_template = "admin/change_list.html"


stock_site.register(Lead, StockLeadAdmin)
