"""The mails of this room: the packet, and the notice to staff."""

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enquiries.models import Enquiry, Packet, PacketDelivery
from mailings.emails import absolute, compose, register, token_url
from mailings.models import OutgoingEmail, Subscriber

PACKET = "packet"
STAFF_NOTICE = "staff_notice"
# The causes of a notice: an enquiry by its uuid, or the hour in which some were held, or many came in.
NEW_NOTICE = "staff-notice:"
HELD_NOTICE = "held-notice:"
MANY_NOTICE = "many-notice:"
PACKET_FAILED = "packet_failed"
# The causes of that one: a mail by its uuid and how often staff sent it again, or the hour in which many failed.
ONE_FAILED = "packet-failed:"
MANY_FAILED = "packets-failed:"


def register_own_kinds() -> None:
    register(PACKET, label=_("information packet"), message=packet, still_wanted=packet_wanted)
    register(
        STAFF_NOTICE,
        label=_("notice to staff"),
        message=staff_notice,
        still_wanted=notice_wanted,
        to_staff=True,
    )
    register(
        PACKET_FAILED,
        label=_("notice of a missed packet"),
        message=packet_failed,
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
    if is_about_held(outgoing):
        return compose(outgoing, STAFF_NOTICE, {"url": absolute(held_list()), "held": held_count()})
    if outgoing.dedupe_key.startswith(MANY_NOTICE):
        path = reverse("admin:enquiries_lead_changelist")
        return compose(outgoing, STAFF_NOTICE, {"url": absolute(path), "held": 0, "many": True})
    enquiry = Enquiry.objects.get(uuid=outgoing.dedupe_key.removeprefix(NEW_NOTICE))
    path = reverse("admin:enquiries_lead_change", args=[enquiry.lead_id])
    return compose(outgoing, STAFF_NOTICE, {"url": absolute(path), "held": 0})


def held_list() -> str:
    if Enquiry.objects.held().exists():
        return f"{reverse('admin:enquiries_enquiry_changelist')}?verdict=held"
    return f"{reverse('admin:mailings_subscriber_changelist')}?state__exact=held"


def held_count() -> int:
    """Enquiries and newsletter sign-ups that staff must decide about."""
    return Enquiry.objects.held().count() + Subscriber.objects.held().count()


def is_about_held(outgoing: OutgoingEmail) -> bool:
    return outgoing.dedupe_key.startswith(HELD_NOTICE)


def notice_wanted(outgoing: OutgoingEmail) -> bool:
    """Not when staff have looked at all of them meanwhile."""
    return not is_about_held(outgoing) or held_count() > 0


def packet_failed(outgoing: OutgoingEmail) -> EmailMultiAlternatives:
    """Says where to look; whose packet it was, and why it failed, stays behind the sign-in."""
    if outgoing.dedupe_key.startswith(MANY_FAILED):
        path = f"{reverse('admin:enquiries_lead_changelist')}?packet=failed"
        return compose(outgoing, PACKET_FAILED, {"url": absolute(path), "many": True})
    delivery = PacketDelivery.objects.get(outgoing__uuid=outgoing.dedupe_key.split(":")[1])
    path = reverse("admin:enquiries_lead_change", args=[delivery.lead_id])
    return compose(outgoing, PACKET_FAILED, {"url": absolute(path), "many": False})
