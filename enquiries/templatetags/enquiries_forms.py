"""The packet form, for the pages of other rooms."""

from typing import Any

from django import template

from enquiries.forms import PacketForm

register = template.Library()


@register.inclusion_tag("enquiries/packet_panel.html", takes_context=True)
def packet_form(context: dict[str, Any], topic: str = "") -> dict[str, Any]:
    form = PacketForm(initial={"source_path": context["request"].path, "topic": topic})
    return {"form": form, "clinic": context["clinic"]}
