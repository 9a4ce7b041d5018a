"""Writes on the lead's timeline what mailings says became of its packet, and tells staff when nobody got it."""

from typing import Any

from enquiries.actions.events import note_event
from enquiries.actions.failure_notices import tell_of_failure
from enquiries.models import LeadEvent, PacketDelivery
from foundation.actors import Actor
from mailings.models import OutgoingEmail
from mailings.signals import (
    email_bounced,
    email_cancelled,
    email_complained,
    email_disowned,
    email_failed,
    email_requeued,
    email_sent,
    email_uncertain,
)

Kind = LeadEvent.Kind
KINDS = {
    email_sent: Kind.PACKET_SENT,
    email_failed: Kind.PACKET_FAILED,
    email_uncertain: Kind.PACKET_UNCERTAIN,
    email_bounced: Kind.PACKET_BOUNCED,
    email_complained: Kind.PACKET_COMPLAINED,
    email_cancelled: Kind.PACKET_NOT_SENT,
    email_disowned: Kind.DISOWNED,
}
# The words of a mail server, or why it was not sent; of the others the sentence says it all.
QUOTED = {Kind.PACKET_FAILED, Kind.PACKET_NOT_SENT, Kind.PACKET_UNCERTAIN, Kind.PACKET_BOUNCED}


def connect() -> None:
    for signal in KINDS:
        signal.connect(on_email, dispatch_uid="enquiries.on_email")
    email_requeued.connect(on_requeued, dispatch_uid="enquiries.on_requeued")


def on_email(signal: Any, outgoing: OutgoingEmail, by: Actor, **kwargs: Any) -> None:
    delivery = PacketDelivery.objects.select_related("lead", "enquiry", "outgoing").filter(outgoing=outgoing).first()
    if delivery is None:
        return
    kind = KINDS[signal]
    why = {"why": outgoing.why} if kind in QUOTED and outgoing.why else {}
    data: dict[str, Any] = {"outgoing": str(outgoing.uuid), **why}
    text = outgoing.last_reply if kind in QUOTED else ""
    note_event(delivery.told_of, kind, enquiry=delivery.enquiry, text=text, by=by, **data)
    if outgoing.is_missing:
        tell_of_failure(delivery)


def on_requeued(outgoing: OutgoingEmail, by: Actor, **kwargs: Any) -> None:
    delivery = PacketDelivery.objects.select_related("lead").filter(outgoing=outgoing).first()
    if delivery:
        version = delivery.version_id
        note_event(delivery.told_of, Kind.PACKET_QUEUED, by=by, version=version, outgoing=str(outgoing.uuid))
