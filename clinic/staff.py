"""The staff site: Django's admin under our own skin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import ClinicProfile

# The daily work, always in sight; the rest is under "More".
MAIN_MODELS = ("Lead", "Enquiry", "Article", "OutgoingEmail")


class SignInForm(AdminAuthenticationForm):
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _("This e-mail address and password do not belong together. Check both, and Caps Lock."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget = forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})


class StaffSite(admin.AdminSite):
    site_header = _("Clinic staff")
    site_title = _("Clinic staff")
    index_title = _("Today")
    login_form = SignInForm
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def in_clinic_time(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with timezone.override(ClinicProfile.objects.current().time_zone):
                response = inner(request, *args, **kwargs)
                # Here, since times are written while a page is rendered.
                return response.render() if hasattr(response, "render") else response

        return in_clinic_time

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        models = [model for app in context["available_apps"] for model in app["models"]]
        by_name = {model["object_name"]: model for model in models if model["admin_url"]}
        return {**context, "main_models": [by_name[name] for name in MAIN_MODELS if name in by_name]}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Today: what waits, counted. Each room's admin names its queues."""
        queues = self.queues(request)
        waiting = any(queue["count"] for queue in queues if not queue.get("by_itself"))
        context = {"banners": self.banners(request), "queues": queues, "waiting": waiting}
        return super().index(request, {**context, **(extra_context or {})})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """Today lists every room already."""
        return redirect("admin:index")

    def queues(self, request: HttpRequest) -> list[dict[str, Any]]:
        """title, count, url, and empty, the words for a count of nothing.

        Some have a detail below the count; one with by_itself shrinks without staff, so it is no work that waits.
        """
        return [queue for model_admin in self.that_have("queues", request) for queue in model_admin.queues(request)]

    def banners(self, request: HttpRequest) -> list[Any]:
        """What is wrong just now, each with a template of its own; mostly none."""
        banners = [model_admin.banner(request) for model_admin in self.that_have("banner", request)]
        return [banner for banner in banners if banner]

    def that_have(self, method: str, request: HttpRequest) -> list[Any]:
        """The admins that have it and whose rows this account may see."""
        admins: list[Any] = [found for found in self._registry.values() if hasattr(found, method)]
        return [found for found in admins if found.has_view_permission(request)]
