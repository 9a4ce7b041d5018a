"""What a packet mail is about, with all that is asked of it when its turn comes."""

from typing import Any, NamedTuple, cast

from django.db import connection

from enquiries.models import Enquiry, Lead, LeadEvent, Packet, PacketDelivery, PacketVersion
from foundation.joins import Part, columns_of
from foundation.tokens import hash_address
from mailings.models import OutgoingEmail
from mailings.rules import STOPS_VALUES
from mailings.trips import Statement

DELIVERY = (
    Part(PacketDelivery, "delivery", "uuid", "lead_id", "enquiry_id", "version_id", "outgoing_id", "created_at"),
    Part(PacketVersion, "version", "packet_id", "number", "sha256", "sources", "approved_at", "approved_by_id"),
    Part(Packet, "packet", "slug", "carriage"),
    Part(Lead, "lead", "email", "stage", "merged_into_id", "erased_at", "first_answer_due_at", "first_answered_at"),
    Part(Enquiry, "enquiry", "lead_id", "source_path", "consent_contact_id"),
)
# See enquiries/sql/packet_of_mail.sql.
FIND_DELIVERY = f"""
SELECT {columns_of(DELIVERY)}, has_merged, is_stopped, has_ended
FROM packet_of_mail(%(outgoing)s, %(hash)s, %(newsletter_only)s, %(ended)s)
"""  # noqa: S608 - all parts are ours


class Found(NamedTuple):
    delivery: PacketDelivery
    # Nearly everybody's: one lead, merged with nobody, which nothing stands against.
    is_plain: bool


def delivery_of(outgoing: OutgoingEmail) -> Found:
    """With all that its mail asks of it: one query, however often it is asked. Raises PacketDelivery.DoesNotExist."""
    known = vars(outgoing)
    if "delivery_as_read" not in known:
        known["delivery_as_read"] = _read_delivery(outgoing)
    return cast(Found, known["delivery_as_read"])


def question(outgoing: OutgoingEmail) -> Statement:
    about: dict[str, Any] = {"outgoing": outgoing.pk, "hash": hash_address(outgoing.email)}
    return FIND_DELIVERY, {**STOPS_VALUES, **about, "ended": LeadEvent.Kind.CONSENT_ENDED.value}


def hear(outgoing: OutgoingEmail, row: Any) -> None:
    """What was found, when delivery asked the question on its way; without a row, it is asked again."""
    if row is not None:
        vars(outgoing)["delivery_as_read"] = _found(row)


def _read_delivery(outgoing: OutgoingEmail) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(*question(outgoing))
        row = cursor.fetchone()
    if row is None:
        raise PacketDelivery.DoesNotExist
    return _found(row)


def _found(row: Any) -> Found:
    values = iter(row)
    delivery, version, packet, lead, enquiry = (part.row(values) for part in DELIVERY)
    delivery.version, delivery.lead, delivery.enquiry, version.packet = version, lead, enquiry, packet
    return Found(delivery, not (any(values) or lead.merged_into_id))
