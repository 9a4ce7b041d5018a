"""What somebody may see of the staff site, room by room: Django's own, which asks the same names anew for each page."""

from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.apps import apps
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language


class Facts(NamedTuple):
    """Of a model, in one language."""

    name: str
    room: str
    list_url: str | None
    add_url: str | None
    room_url: str


@cache
def facts(site: str, model: Any, _language: str | None, _prefix: str) -> Facts:
    label = model._meta.app_label
    return Facts(
        name=str(capfirst(model._meta.verbose_name_plural)),
        room=str(apps.get_app_config(label).verbose_name),
        list_url=address(site, f"{label}_{model._meta.model_name}_changelist"),
        add_url=address(site, f"{label}_{model._meta.model_name}_add"),
        room_url=reverse("admin:app_list", kwargs={"app_label": label}, current_app=site),
    )


def address(site: str, name: str) -> str | None:
    try:
        return reverse(f"admin:{name}", current_app=site)
    except NoReverseMatch:
        return None


def rooms(site: str, registry: dict[Any, Any], request: HttpRequest) -> dict[str, Any]:
    """Who may what is asked of each model each time."""
    found: dict[str, Any] = {}
    where = get_language(), get_script_prefix()
    for model, model_admin in registry.items():
        may_enter = model_admin.has_module_permission(request)
        rights = model_admin.get_model_perms(request) if may_enter else {}
        if True in rights.values():
            known = facts(site, model, *where)
            room = found.setdefault(model._meta.app_label, room_of(model, known, may_enter))
            room["models"].append(model_of(model, known, rights))
    return found


def room_of(model: Any, known: Facts, may_enter: bool) -> dict[str, Any]:
    return {
        "name": known.room,
        "app_label": model._meta.app_label,
        "app_url": known.room_url,
        "has_module_perms": may_enter,
        "models": [],
    }


def model_of(model: Any, known: Facts, rights: dict[str, bool]) -> dict[str, Any]:
    may_look = rights.get("change") or rights.get("view")
    return {
        "model": model,
        "name": known.name,
        "object_name": model._meta.object_name,
        "perms": rights,
        "admin_url": known.list_url if may_look else None,
        "add_url": known.add_url if rights.get("add") else None,
        **({"view_only": not rights.get("change")} if may_look else {}),
    }


def drawn(template: str, found: list[Any]) -> SafeString:
    """The rooms on a page: the same for all with the same rights, so that they are written once for those."""
    return _drawn(template, get_language(), tuple((room["name"], *map(link_to, room["models"])) for room in found))


class Link(NamedTuple):
    name: str
    url: str | None
    add_url: str | None


def link_to(model: dict[str, Any]) -> Link:
    return Link(str(model["name"]), model["admin_url"], model["add_url"])


# There are as many as roles together and languages; whoever invents more pushes out the oldest.
@lru_cache(maxsize=100)
def _drawn(template: str, _language: str | None, found: tuple[Any, ...]) -> SafeString:
    return render_to_string(template, {"rooms": [{"name": name, "links": links} for name, *links in found]})
