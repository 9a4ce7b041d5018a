from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from foundation import opening
from foundation.models import ClinicProfile

register = template.Library()
register.filter("printed_hours", opening.printed)


@register.simple_tag(takes_context=True)
def opening_state(context: dict[str, Any]) -> SafeString:
    """What stands on every page is made for many moments, and is given it."""
    return context["opening"] if "opening" in context else opening_now()


def opening_now() -> SafeString:
    profile, now = ClinicProfile.objects.current(), timezone.now()
    words = opening.in_words(profile, now)
    found = opening.opening(profile.business_hours(), now)
    return mark_safe(render_to_string("_opening.html", {"words": words, "found": found}) if words else "")  # noqa: S308 - a template has made it
