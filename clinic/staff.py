"""The staff site: Django's admin under our own skin."""

from contextlib import nullcontext
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.utils import get_next_redirect_url
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic import app_list, conflicts, empty_lists, lists, profile_preview, unsaved
from clinic.accounts import requirement
from clinic.accounts.views import sign_in
from clinic.make_yours import left_to_do
from clinic.middleware import SAFE_METHODS
from clinic.races import once_more
from clinic.slow_statements import bounded
from foundation.models import ClinicProfile
from foundation.queue import Queue

# The daily work, always in sight; the rest is under "More".
MAIN_MODELS = ("Lead", "Enquiry", "Article", "OutgoingEmail")
# Of the queues of Today, in their order.
KEYS = "123456789"
# Of allauth, whose rows hold secrets and keys of sessions; each account has pages for its own.
NOT_HERE = {"account", "mfa", "usersessions"}


class StaffSite(admin.AdminSite):
    site_header = _("Clinic staff")
    site_title = _("Clinic staff")
    index_title = _("Today")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        kept = [model for model in models if model._meta.app_label not in NOT_HERE]
        super().register(kept, admin_class, **options)
        # Django leaves out its own accounts, whose place ours take.
        for model in filter(self.is_registered, kept):
            model_admin: Any = self.get_model_admin(model)
            model_admin.nothing_yet = empty_lists.words(model)
            lists.guard(model_admin)
            conflicts.guard(model_admin)

    def has_permission(self, request: HttpRequest) -> bool:
        """The one door to every page here: nobody comes in by the password alone where a second factor is required."""
        return super().has_permission(request) and requirement.is_met(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The same page as /accounts/login/, so that no way in goes around the limits and the second factor."""
        if request.user.is_anonymous:
            return sign_in(request)
        return secure_admin_login(lead_on)(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def in_clinic_time(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if self.has_permission(request):
                refuse_unseen(view, request)
            # Whose session went by another way than by time: its row is gone, or they signed out in another tab.
            kept = None if request.user.is_authenticated else unsaved.page(request)
            if kept:
                return kept
            check_field_pointed_at(request)
            # Posts go without a bound: each commits by itself what it has done so far.
            reading = bounded() if request.method in SAFE_METHODS else nullcontext()
            with timezone.override(ClinicProfile.objects.current().time_zone), reading:
                response = once_more(inner, request, *args, **kwargs)
                # Here, since times are written while a page is rendered.
                return response.render() if hasattr(response, "render") else response

        return in_clinic_time

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        models = [model for app in context["available_apps"] for model in app["models"]]
        by_name = {model["object_name"]: model for model in models if model["admin_url"]}
        more = app_list.drawn("admin/_more_rooms.html", context["available_apps"])
        return {
            **context,
            "main_models": [by_name[name] for name in MAIN_MODELS if name in by_name],
            "more_rooms": more,
        }

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Today: what waits, counted. Each room's admin names its queues."""
        queues = self.queues(request)
        waiting = any(queue.count for queue in queues if not queue.by_itself)
        context = {
            "banners": self.banners(request),
            "queues": queues,
            "waiting": waiting,
            "make_yours": left_to_do(request),
            "sections": app_list.drawn("admin/_sections.html", self.get_app_list(request)),
        }
        return super().index(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        previews = [self.preview_path(part) for part in profile_preview.PARTS]
        return [path("help/", self.admin_view(self.help), name="help"), *previews, *super().get_urls()]

    def preview_path(self, part: str) -> Any:
        view = profile_preview.page(self.get_model_admin(ClinicProfile), part)
        return path(f"foundation/clinicprofile/preview/{part}/", self.admin_view(view), name=f"preview_{part}")

    def help(self, request: HttpRequest) -> TemplateResponse:
        """A day's work, for who has never seen these pages."""
        return TemplateResponse(request, "admin/help.html", {**self.each_context(request), "title": _("Help")})

    def _build_app_dict(self, request: HttpRequest, label: Any = None) -> dict[str, Any]:
        registered = {model: found for model, found in self._registry.items() if label in (None, model._meta.app_label)}
        return app_list.rooms(self.name, registered, request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Without the roles, which are written in code: there is nothing to do on their page."""
        kept = vars(request).setdefault("app_lists", {})
        # Today asks twice, of each model whether it may be seen.
        if app_label not in kept:
            kept[app_label] = self.without_roles(super().get_app_list(request, app_label))
        return kept[app_label]

    def without_roles(self, found: list[Any]) -> list[Any]:
        for app in found:
            app["models"] = [model for model in app["models"] if model["model"] is not Group]
        return [app for app in found if app["models"]]

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> Any:
        """Today lists every room already."""
        return redirect("admin:index")

    def queues(self, request: HttpRequest) -> list[Queue]:
        """In the order of the rooms; the first nine have a key each, beside those with one of their own.

        None for what comes and goes: a key that fingers know would open another list.
        """
        keys = chain(KEYS, repeat(""))
        found = [queue for model_admin in self.that_have("queues", request) for queue in model_admin.queues(request)]
        return [replace(queue, key=next(keys)) if queue.empty and not queue.key else queue for queue in found]

    def banners(self, request: HttpRequest) -> list[Any]:
        """What is wrong just now, each with a template of its own; mostly none."""
        banners = [model_admin.banner(request) for model_admin in self.that_have("banner", request)]
        return [banner for banner in banners if banner]

    def that_have(self, method: str, request: HttpRequest) -> list[Any]:
        """The admins that have it and whose rows this account may see, people first: in the order of the rooms."""
        rooms = list(apps.app_configs)
        admins: list[Any] = [found for found in self._registry.values() if hasattr(found, method)]
        # Whichever room happened to be imported first; a key must not mean something else tomorrow.
        admins.sort(key=lambda found: rooms.index(found.opts.app_label))
        return [found for found in admins if found.has_view_permission(request)]


def refuse_unseen(view: Any, request: HttpRequest) -> None:
    """Django's own history looks for the row first, so that whoever may see none of them can count them."""
    is_history = getattr(view, "__func__", None) is admin.ModelAdmin.history_view
    if is_history and not view.__self__.has_view_permission(request):
        raise PermissionDenied


def check_field_pointed_at(request: HttpRequest) -> None:
    """Django asks whether a field of this name may be pointed at, but only if it has a name."""
    if "" in (request.GET.get(TO_FIELD_VAR), request.POST.get(TO_FIELD_VAR)):
        raise BadRequest


def lead_on(request: HttpRequest) -> HttpResponse:
    """Somebody is signed in already: to where they wanted to go, or first to what is missing."""
    then = get_next_redirect_url(request) or reverse("admin:index")
    # Not redirect(), which takes whatever has no slash for the name of a page.
    return HttpResponseRedirect(then if requirement.is_met(request) else requirement.page_to_meet_it(request, then))
