"""Writes on the lead's timeline what mailings says became of its packet."""

from typing import Any

from enquiries.actions.events import note_event
from enquiries.models import LeadEvent, PacketDelivery
from mailings.models import OutgoingEmail
from mailings.signals import email_cancelled, email_disowned, email_failed, email_sent

Kind = LeadEvent.Kind
KINDS = {
    email_sent: Kind.PACKET_SENT,
    email_failed: Kind.PACKET_FAILED,
    email_cancelled: Kind.PACKET_NOT_SENT,
    email_disowned: Kind.DISOWNED,
}


def connect() -> None:
    for signal in KINDS:
        signal.connect(on_email, dispatch_uid="enquiries.on_email")


def on_email(signal: Any, outgoing: OutgoingEmail, **kwargs: Any) -> None:
    delivery = PacketDelivery.objects.select_related("lead", "enquiry").filter(outgoing=outgoing).first()
    if delivery:
        text = "" if signal is email_sent else outgoing.last_reply
        note_event(delivery.lead, KINDS[signal], enquiry=delivery.enquiry, text=text, outgoing=str(outgoing.uuid))
