from typing import Any

from django import template

from foundation.models import RequiredNotice

register = template.Library()


@register.inclusion_tag("foundation/_required_notices.html")
def required_notices(where: str) -> dict[str, Any]:
    return {"notices": RequiredNotice.objects.shown(where)}
