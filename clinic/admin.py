"""Who works here and what each may do."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group, Permission
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.models import StaffUser


class NewStaffForm(BaseUserCreationForm):
    class Meta:
        model = StaffUser
        fields = ("email", "name")
        field_classes: dict[str, Any] = {}


def tick_list() -> forms.CheckboxSelectMultiple:
    """Every choice in sight: the stock two-column chooser has parts that screen readers cannot name."""
    return forms.CheckboxSelectMultiple(attrs={"class": "tick-list"})


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(admin.ModelAdmin):
    search_fields = ("name",)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Each permission's name holds that of its content type.
        permissions = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, widget=tick_list(), queryset=permissions, **kwargs)


@admin.register(StaffUser)
class StaffUserAdmin(UserAdmin):
    add_form = NewStaffForm
    add_form_template = "admin/change_form.html"
    list_display = ("email", "name", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("name", "email")
    filter_horizontal = ()
    readonly_fields = ("last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("May"), {"fields": ("is_active", "is_staff", "groups", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "joined_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, widget=tick_list(), **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks themselves out, and nobody makes themselves more than they are."""
        fields = ("last_login", "joined_at")
        if obj == request.user:
            return (*fields, "is_active", "is_staff", "is_superuser", "groups")
        return fields if request.user.is_superuser else (*fields, "is_superuser", "groups")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser's password in other hands would be a way to become one."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
