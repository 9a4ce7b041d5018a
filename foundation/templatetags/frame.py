"""What stands on many pages alike, made once until the clinic's details change."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from foundation.models import ClinicProfile
from foundation.outage import kept_with_the_frame
from foundation.templatetags.hours import opening_state

register = template.Library()


@register.simple_tag(takes_context=True)
def of_the_frame(context: dict[str, Any], name: str) -> SafeString:
    """The template may ask of request.path which part of the site this is, and whether it is its first page."""
    return mark_safe(made(name, place(context["request"].path), opening_state(context)))  # noqa: S308 - a template has made it


@kept_with_the_frame
def made(name: str, path: str, opening: str) -> str:
    context = {"request": {"path": path}, "clinic": ClinicProfile.objects.current(), "opening": mark_safe(opening)}  # noqa: S308 - likewise
    return render_to_string(name, context)


def place(path: str) -> str:
    """All pages below one part are one place, so that there are few."""
    first = f"/{path.split('/')[1]}/" if path.count("/") > 1 else path
    return path if path == first else f"{first}below/"
