"""The mails of this room: the packet, and the notice to staff."""

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enquiries.models import Enquiry, Packet, PacketDelivery
from mailings.emails import absolute, compose, register, token_url
from mailings.models import OutgoingEmail

PACKET = "packet"
STAFF_NOTICE = "staff_notice"


def register_own_kinds() -> None:
    register(PACKET, label=_("information packet"), message=packet, still_wanted=packet_wanted)
    register(
        STAFF_NOTICE,
        label=_("notice to staff"),
        message=staff_notice,
        still_wanted=lambda outgoing: True,
        to_staff=True,
    )


def packet(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """No word that the visitor typed is in it: such forms are used to mail strangers."""
    delivery = PacketDelivery.objects.select_related("version__packet").get(outgoing=outgoing)
    carriage = delivery.version.packet.carriage
    context = {
        "attached": carriage != Packet.Carriage.LINKED,
        "packet_url": packet_url(delivery) if carriage != Packet.Carriage.ATTACHED else "",
        "not_me_url": token_url("mailings:not-me", "not-me", outgoing.uuid),
    }
    message = compose(outgoing, "packet", context)
    if context["attached"]:
        message.attach(file_name(delivery), bytes(delivery.version.pdf), "application/pdf")
    return message


def packet_url(delivery: PacketDelivery) -> str:
    return token_url("enquiries:packet", "packet", delivery.uuid)


def file_name(delivery: PacketDelivery) -> str:
    return f"{delivery.version.packet.slug}.pdf"


def packet_wanted(outgoing: OutgoingEmail) -> bool:
    """Not after the person was erased or their mistyped address corrected."""
    return PacketDelivery.objects.filter(outgoing=outgoing, lead__email=outgoing.email).exists()


def staff_notice(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """Says that somebody wrote and where to look; who and what stays behind the sign-in."""
    enquiry = Enquiry.objects.get(uuid=outgoing.dedupe_key.rpartition(":")[2])
    if enquiry.lead_id:
        path = reverse("admin:enquiries_lead_change", args=[enquiry.lead_id])
    else:
        path = reverse("admin:enquiries_enquiry_change", args=[enquiry.pk])
    return compose(outgoing, "staff_notice", {"url": absolute(path), "held": enquiry.lead_id is None})
