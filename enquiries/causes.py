"""What a packet mail is about, with all that is asked of it when its turn comes."""

from typing import Any, NamedTuple, cast

from django.db import connection, transaction

from enquiries import sources
from enquiries.models import Enquiry, Lead, LeadEvent, Packet, PacketDelivery, PacketVersion
from enquiries.rules import article_slug
from foundation.addresses import lock_address
from foundation.joins import Part, columns_of
from foundation.tokens import hash_address
from mailings.models import OutgoingEmail, Why
from mailings.results import finish
from mailings.rules import STOPS_VALUES, supported_language
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


def newest_enquiry(lead: Lead) -> Enquiry | None:
    """Whichever address it came from: who is merged is one person, and gets the packet for what that person asked.

    Who wrote again and named no condition still has it; so has who came from an article before, to its study.
    """
    asked = Enquiry.objects.filter(lead__in=lead.family())
    # Of those that are alike the first, which is the newest.
    return max(asked, key=lambda one: (bool(one.topic), bool(article_slug(one.source_path))), default=None)


def is_strangers(delivery: PacketDelivery) -> bool:
    """For what somebody asked who is one with them no more; it may have been on the wire as that was undone."""
    asked = delivery.enquiry.lead_id if delivery.enquiry else None
    if asked in (None, delivery.lead_id):
        return False
    return asked not in {member.pk for member in delivery.lead.family()}


def ask_for(delivery: PacketDelivery, enquiry: Enquiry | None) -> None:
    delivery.enquiry = enquiry
    delivery.version = PacketVersion.objects.select_related("packet").to_send(delivery.asked_about)
    delivery.save(update_fields=["enquiry", "version"])
    delivery.outgoing.language = supported_language(language_of(delivery.lead, delivery.outgoing.email))
    delivery.outgoing.save(update_fields=["language"])


def language_of(lead: Lead, address: str) -> str:
    """As they wrote last, from that address or else from any: what they asked may be of another time, or address."""
    # What staff took down is in none.
    wrote = Enquiry.objects.filter(lead__in=lead.family()).exclude(language="")
    newest = max(wrote, key=lambda one: one.email == address, default=None)
    return newest.language if newest else ""


def bears_their_clinics_name(outgoing: OutgoingEmail) -> bool:
    """Asked before it is written, whose language may be another's; False where what would go is the demo clinic's."""
    delivery = delivery_of(outgoing).delivery
    is_anothers = is_strangers(delivery)
    if not is_anothers and may_go_by_now(delivery):
        return True
    delivery.outgoing = outgoing
    with transaction.atomic():
        # Before its row, as finish does.
        lock_address(outgoing.email)
        if is_anothers:
            ask_for(delivery, newest_enquiry(delivery.lead))
        goes_out = may_go_by_now(delivery)
        if not goes_out:
            # With it, so that nobody takes it for their own meanwhile; and why, so that it comes once it may.
            finish(outgoing, OutgoingEmail.State.CANCELLED, why=Why.DEMO_PACKET)
    return goes_out


def may_go_by_now(delivery: PacketDelivery) -> bool:
    """With its own version, or the one that keep_off_the_demo puts in its place."""
    return sources.may_go_out(delivery.version) or sources.may_go_out(
        PacketVersion.objects.to_send(delivery.asked_about)
    )


def may_go_again(outgoing: OutgoingEmail) -> bool:
    """Sent again, it would be the one that goes out by now. Of one that is about nothing its turn will say so."""
    try:
        delivery = delivery_of(outgoing).delivery
    except PacketDelivery.DoesNotExist:
        return True
    asks_for_another = is_strangers(delivery)
    if not asks_for_another and sources.may_go_out(delivery.version):
        return True
    enquiry = newest_enquiry(delivery.lead) if asks_for_another else delivery.enquiry
    return sources.may_go_out(PacketVersion.objects.to_send(enquiry.topic if enquiry else ""))


def keep_off_the_demo(delivery: PacketDelivery) -> None:
    """Queued, or let go again, with a version that may not go out by now: the one that does goes instead."""
    if sources.may_go_out(delivery.version):
        return
    version = PacketVersion.objects.select_related("packet").to_send(delivery.asked_about)
    if sources.may_go_out(version):
        delivery.version = version
        delivery.save(update_fields=["version"])
