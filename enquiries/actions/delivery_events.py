"""Writes on the lead's timeline what mailings says became of its packet, and tells staff when nobody got it."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from psycopg.types.json import Jsonb

from enquiries import causes, sources
from enquiries.actions.events import note_event
from enquiries.actions.failure_notices import tell_of_failure
from enquiries.actions.lead_mails import note_mail_sent
from enquiries.emails import PACKET
from enquiries.models import LeadEvent, PacketDelivery, PacketVersion
from foundation.actors import MACHINE, Actor
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
from mailings.trips import Along, Statement, along

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


ON_EMAIL = "enquiries.on_email"


def connect() -> None:
    for signal in KINDS:
        signal.connect(on_email, dispatch_uid=ON_EMAIL)
    along[PACKET] = Along(causes.question, causes.hear, written_of_sent, instead_of=ON_EMAIL)
    email_requeued.connect(on_requeued, dispatch_uid="enquiries.on_requeued")


# On whose timeline it stands is what PacketDelivery.told_of says of one, and with which enquiry, what enquiry_of says.
NOTE = """
INSERT INTO enquiries_leadevent (lead_id, kind, at, actor_id, text, data, enquiry_id)
SELECT told.lead, %(kind)s, %(at)s, %(actor)s, %(text)s, %(data)s,
    CASE WHEN enquiry.lead_id = told.lead THEN enquiry.id END
FROM enquiries_packetdelivery AS delivery
JOIN enquiries_lead AS lead ON lead.id = delivery.lead_id
JOIN mailings_outgoingemail AS mail ON mail.id = delivery.outgoing_id
LEFT JOIN enquiries_enquiry AS enquiry ON enquiry.id = delivery.enquiry_id
CROSS JOIN LATERAL (SELECT coalesce(
    CASE WHEN lead.email = mail.email THEN lead.id END,
    (
        SELECT other.id FROM enquiries_lead AS other
        WHERE other.email = mail.email AND (other.id = enquiry.lead_id OR lead.id = ANY(lives_on_in(other.id)))
    ),
    enquiry.lead_id,
    lead.id
) AS lead) AS told
WHERE delivery.outgoing_id = %(outgoing)s
"""


# By the moment: nobody else calls it sent just then.
NOTE_IF_SENT = f"""{NOTE} AND mail.sent_at = %(at)s"""


def written_of_sent(outgoing: OutgoingEmail, at: datetime) -> Statement:
    return NOTE_IF_SENT, _values(Kind.PACKET_SENT, outgoing, at)


def _values(kind: Kind, outgoing: OutgoingEmail, at: datetime, by: Actor = MACHINE) -> dict[str, Any]:
    is_quoted = kind in QUOTED
    data = {"outgoing": str(outgoing.uuid), **({"why": outgoing.why} if is_quoted and outgoing.why else {})}
    return {
        "kind": kind.value,
        "at": at,
        "actor": by.account.pk if by.account else None,
        "text": outgoing.last_reply if is_quoted else "",
        "data": Jsonb(data),
        "outgoing": outgoing.pk,
    }


def on_email(signal: Any, outgoing: OutgoingEmail, by: Actor, **kwargs: Any) -> None:
    kind = KINDS[signal]
    with connection.cursor() as cursor:
        cursor.execute(NOTE, _values(kind, outgoing, timezone.now(), by))
        is_packet = cursor.rowcount == 1
    if kind == Kind.PACKET_SENT and not is_packet:
        note_mail_sent(outgoing=outgoing)
    if is_packet and outgoing.is_missing:
        tell_of_failure(PacketDelivery.objects.select_related("outgoing").get(outgoing=outgoing))


def on_requeued(outgoing: OutgoingEmail, by: Actor, **kwargs: Any) -> None:
    """As the packet that goes out now: the one that failed may have been replaced because something in it is wrong."""
    deliveries = PacketDelivery.objects.select_related("lead", "enquiry", "version__packet").defer("version__pdf")
    delivery = deliveries.filter(outgoing=outgoing).first()
    if delivery:
        if causes.is_strangers(delivery):
            causes.ask_for(delivery, causes.newest_enquiry(delivery.lead))
        _take_what_goes_out_now(delivery)
        version = delivery.version_id
        note_event(delivery.told_of, Kind.PACKET_QUEUED, by=by, version=version, outgoing=str(outgoing.uuid))


def _take_what_goes_out_now(delivery: PacketDelivery) -> None:
    version = PacketVersion.objects.to_send(delivery.asked_about)
    if version != delivery.version and sources.may_go_out(version):
        delivery.version = version
        delivery.save(update_fields=["version"])
