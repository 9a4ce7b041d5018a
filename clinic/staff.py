"""The staff site: Django's admin under our own skin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class StaffSite(admin.AdminSite):
    site_header = _("Clinic staff")
    site_title = _("Clinic staff")
    index_title = _("Today")
