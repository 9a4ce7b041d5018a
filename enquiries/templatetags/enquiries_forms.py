"""The packet form, for the pages of other rooms."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from enquiries.forms import PacketForm
from enquiries.models import Packet, PacketLook, PacketVersion
from foundation.forms import HERE, panel_at
from foundation.models import ClinicProfile
from foundation.outage import kept_with_the_frame, last_known

register = template.Library()


@register.simple_tag(takes_context=True)
def packet_form(context: dict[str, Any], topic: str = "") -> SafeString:
    return panel_at(context["request"].path, panel(topic))


@register.simple_tag
@last_known(default=lambda: None)
def packet_look() -> PacketLook | None:
    """Of the version that goes out; its picture is fetched by its address."""
    sent = PacketLook.objects.filter(version__sent_by__slug="information-packet")
    return sent.defer("picture").first()


@register.simple_tag
@last_known(default=list)
def packets_of_conditions() -> list[PacketLook]:
    """Of those that go out to who asks about a condition, by its name: for all who look, so that none is told apart."""
    own = Packet.objects.filter(topic__isnull=False, sent_version__isnull=False).select_related("topic")
    going_out = [packet.sent_version_id for packet in own if packet.topic and goes_out(packet, packet.topic.slug)]
    looks = PacketLook.objects.filter(version__in=going_out).select_related("version__packet__topic")
    return list(looks.defer("picture", "version__pdf").order_by("version__packet__topic__name"))


def goes_out(packet: Packet, topic: str) -> bool:
    """One in the name of the demo gives way to the general one."""
    return PacketVersion.objects.to_send(topic).pk == packet.sent_version_id


# With its countries, topics and wordings it takes as long to make as all else on a page together.
@kept_with_the_frame
def panel(topic: str) -> str:
    form = PacketForm(initial={"source_path": HERE, "topic": topic})
    return render_to_string("enquiries/packet_panel.html", {"form": form, "clinic": ClinicProfile.objects.current()})
