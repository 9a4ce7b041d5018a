"""Who works here, what each may do, and what was done."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clinic import audit, invite_admin
from clinic.audit_admin import AuditEventAdmin
from clinic.jobs_admin import JobTickAdmin
from clinic.models import AuditEvent, StaffInvitation, StaffUser
from clinic.roles import ROLES, is_above_the_roles, label
from enquiries.models import Lead
from foundation.actors import acting
from foundation.staff import works_here

__all__ = ["AuditEventAdmin", "JobTickAdmin", "RoleAdmin", "StaffUserAdmin"]


class NewStaffForm(BaseUserCreationForm):
    class Meta:
        model = StaffUser
        fields = ("email", "name")
        field_classes: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            # What was refused is named at the top of the page, and the browser begins there.
            self.fields["email"].widget.attrs.pop("autofocus", None)


class RolesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, group: Any) -> str:
        role = ROLES.get(group.name)
        return f"{role.label}: {role.does}" if role else group.name


def tick_list() -> forms.CheckboxSelectMultiple:
    """Every choice in sight: the stock two-column chooser has parts that screen readers cannot name."""
    return forms.CheckboxSelectMultiple(attrs={"class": "tick-list"})


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(admin.ModelAdmin):
    """The five roles are written in code, so here they are to be read; further ones may be made by a superuser."""

    list_display = ("role", "does")
    search_fields = ("name",)

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def role(self, group: Group) -> str:
        return str(label(group.name))

    @admin.display(description=gettext_lazy("what they do"))
    def does(self, group: Group) -> str:
        return str(ROLES[group.name].does) if group.name in ROLES else "–"

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and not is_from_the_table(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_from_the_table(obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Each permission's name holds that of its content type.
        permissions = Permission.objects.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, widget=tick_list(), queryset=permissions, **kwargs)


def is_from_the_table(group: Group | None) -> bool:
    return group is not None and group.name in ROLES


@admin.register(StaffUser)
class StaffUserAdmin(UserAdmin):
    add_form = NewStaffForm
    add_form_template = "admin/change_form.html"
    list_display = ("email", "name", "roles", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("name", "email")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (gettext_lazy("May"), {"fields": ("is_active", "is_staff", "groups", "is_superuser")}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "joined_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, account: StaffUser) -> str:
        return ", ".join(str(label(group.name)) for group in account.groups.all()) or "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StaffUser]:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A manager gives roles; a group made by hand may hold more than a manager has."""
        groups = Group.objects.all() if request.user.is_superuser else Group.objects.filter(name__in=ROLES)
        own = {"form_class": RolesField, "widget": tick_list(), "queryset": groups.order_by("name")}
        return super().formfield_for_manytomany(db_field, request, **{**kwargs, **own})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody locks themselves out, and nobody makes themselves more than they are."""
        fields = ("last_login", "joined_at")
        if obj == request.user:
            return (*fields, "is_active", "is_staff", "is_superuser", "groups")
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever can set a password can become its owner, so nobody changes an account that stands above the roles."""
        is_others = obj is not None and obj != request.user and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not (is_others and is_above_the_roles(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """With its audit row, in the same transaction; who may no longer sign in is signed out."""
        account = form.instance
        before = set(account.groups.all())
        super().save_related(request, form, formsets, change)
        if "groups" in form.fields:
            account.groups.add(*(before - set(form.fields["groups"].queryset)))
        after = set(Group.objects.filter(user=account))
        event = note_account(request, account, changed_fields(form) if change else None, before, after)
        if change and "email" in form.changed_data:
            # What went to the old one may be with a stranger.
            StaffInvitation.objects.open().filter(account=account).update(revoked_at=timezone.now())
        if event and change and "email" in form.changed_data:
            tell_at_the_old_address(event, account, form.initial["email"])
        if not works_here(account):
            sign_out_everywhere(account)
            offer_hand_over(request, account)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """One's own on one's own page, which asks for the password until now."""
        if unquote(id) == str(request.user.pk):
            return redirect("account_change_password")
        with transaction.atomic():
            before = self.get_object(request, unquote(id))
            response = super().user_change_password(request, id, form_url)
            after = self.get_object(request, unquote(id))
            if before and after and before.password != after.password:
                note_password(request, after)
        return response

    def get_urls(self) -> list[Any]:
        reset = self.admin_site.admin_view(self.reset_factors)
        factors = path("<int:pk>/reset-factors/", reset, name="clinic_staffuser_reset-factors")
        return [factors, *invite_admin.urls(self), *super().get_urls()]

    def reset_factors(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For somebody who lost their telephone; one's own are changed on one's own page."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        account = get_object_or_404(StaffUser, pk=pk)
        if account == request.user or not self.has_change_permission(request, account):
            raise PermissionDenied
        if request.method == "POST":
            from clinic.accounts.factors import reset

            if reset(account, by=acting(request), request=request):
                messages.success(request, _("The second factor is reset, and the account is signed out everywhere."))
            else:
                messages.info(request, _("You have reset it already, and nobody has signed in there since."))
        return redirect("admin:clinic_staffuser_change", pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        account = self.get_object(request, unquote(object_id))
        may_reset = account not in (None, request.user) and self.has_change_permission(request, account)
        may_take_back = account is not None and self.has_add_permission(request)
        invitation = StaffInvitation.objects.open().filter(account=account).first() if may_take_back else None
        more = {"may_reset": may_reset and not invitation, "invitation": invitation, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, more)


def changed_fields(form: Any) -> list[str]:
    return sorted(set(form.changed_data) - {"groups"})


def note_account(
    request: HttpRequest, account: StaffUser, fields: list[str] | None, before: set[Group], after: set[Group]
) -> AuditEvent | None:
    """fields: the names of those that changed, never what stands in them; None for a new account."""
    data: dict[str, Any] = {"fields": fields} if fields else {}
    for word, groups in (("roles_added", after - before), ("roles_removed", before - after)):
        if groups:
            data[word] = sorted(group.name for group in groups)
    if data or fields is None:
        kind = AuditEvent.Kind.ACCOUNT_ADDED if fields is None else AuditEvent.Kind.ACCOUNT_CHANGED
        return audit.note(kind, by=acting(request), about=f"account {account.pk}", request=request, **data)
    return None


def tell_at_the_old_address(event: AuditEvent, account: StaffUser, address: str) -> None:
    """Whoever puts their own address into somebody's account could have a new password mailed to themselves."""
    from clinic.accounts.mails import tell_owner

    tell_owner(event, account, address)


def note_password(request: HttpRequest, account: StaffUser) -> None:
    """Its owner is told by mail, or would not learn that somebody else can sign in as them."""
    from clinic.accounts.mails import tell_owner

    kind = AuditEvent.Kind.PASSWORD_CHANGED
    event = audit.note(kind, by=acting(request), about=f"account {account.pk}", request=request)
    if account.is_active and account != request.user:
        tell_owner(event, account)


def offer_hand_over(request: HttpRequest, account: StaffUser) -> None:
    """Nobody else looks at leads that somebody has."""
    count = Lead.objects.open().filter(owner=account).count()
    if count:
        words = ngettext("%(count)d open lead is still theirs.", "%(count)d open leads are still theirs.", count)
        url = f"{reverse('admin:enquiries_lead_changelist')}?owner={account.pk}&stage=open"
        link = format_html('<a href="{}">{}</a>', url, _("Choose them and hand them over"))
        messages.warning(request, format_html("{} {}", words % {"count": count}, link))


def sign_out_everywhere(account: StaffUser) -> None:
    from clinic.accounts.sessions import end_sessions

    end_sessions(account)
