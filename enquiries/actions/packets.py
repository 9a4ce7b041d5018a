import hashlib
import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL.Image import Image

from articles.models import Topic
from enquiries import sources, stops, words
from enquiries.actions.events import new_event, note_event
from enquiries.causes import ask_for, language_of, newest_enquiry
from enquiries.documents.looks import Contents, encoded
from enquiries.emails import PACKET
from enquiries.models import (
    Enquiry,
    Lead,
    LeadEvent,
    LeftOut,
    Packet,
    PacketContent,
    PacketDelivery,
    PacketLook,
    PacketVersion,
    ended_packet,
    taken_back_until,
)
from foundation.actors import JOB, VISITOR, Actor
from foundation.addresses import lock_address
from foundation.models import ClinicProfile
from foundation.outage import OUTAGES
from foundation.rows import new_row
from mailings import rules
from mailings.actions import cancel, queue_email, take_back
from mailings.models import OutgoingEmail, Why

logger = logging.getLogger(__name__)

# For sure: neither in doubt, nor on the wire just now.
UNSENT = [OutgoingEmail.State.QUEUED, OutgoingEmail.State.FAILED, OutgoingEmail.State.CANCELLED]
# A second click on "send again" is a slip, not a wish for a second mail.
RESEND_PAUSE = timedelta(minutes=10)
JUST_SENT = "just_sent"
WANTED_NONE_SINCE = gettext_lazy(
    "Until %(when)s they said that they want no further packet. Say when, after that, they asked for it."
)


@transaction.atomic(savepoint=False)
def queue_packet(
    *, lead: Lead, enquiry: Enquiry, by: Actor = VISITOR, address: str = "", key: str = ""
) -> PacketDelivery | None:
    """Puts the packet on its way to the lead; None when the address has had its share, which the timeline says."""
    # Of a merged lead its own: whoever writes from an address gets the answer there.
    address = address or enquiry.email or lead.email or ""
    why = why_no_packet(lead, address, enquiry.topic)
    if why:
        told_of = enquiry.lead or lead
        note_event(told_of, LeadEvent.Kind.PACKET_NOT_SENT, enquiry=enquiry, by=by, why=why.value)
        return None
    return deliver_packet(lead, enquiry, key or key_of(enquiry), by, address)


def key_of(enquiry: Enquiry) -> str:
    return f"packet:{enquiry.pk}"


def why_no_packet(lead: Lead, address: str, topic: str = "") -> Why | LeftOut | None:
    """Why none goes there now. Call it under lock_address."""
    return rules.why_not_now(address, PACKET) or stops.said_by_the_person(lead) or unwanted(lead) or withheld(topic)


def unwanted(lead: Lead) -> LeftOut | None:
    return LeftOut.NO_PACKET_WANTED if ended_packet(lead) else None


def withheld(topic: str = "") -> Why | None:
    """Why the packet goes to nobody just now, of those who ask about a topic."""
    return None if sources.may_go_out(PacketVersion.objects.to_send(topic)) else Why.DEMO_PACKET


def withheld_from(lead: Lead) -> Why | None:
    """Of the packet that staff would send now."""
    return withheld(topic_of(newest_enquiry(lead)))


class Asked(NamedTuple):
    """For the packet, by a word to staff."""

    words: str
    at: datetime


@transaction.atomic
def resend_packet(*, lead: Lead, by: Actor, asked: Asked | None = None) -> PacketDelivery:
    """Staff send the packet once more. Raises ValidationError without a usable address, or right after another one.

    asked: who wanted no further packet asked for one all the same; without it they get none.
    """
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    address = lead.mail_address
    if asked:
        _note_asking(lead, asked, by)
    why = stops.why_not(lead) or unwanted(lead) or withheld_from(lead)
    if why or not address:
        raise ValidationError(why.label if why else "")
    since = timezone.now() - RESEND_PAUSE
    if OutgoingEmail.objects.to(address).filter(kind=PACKET, created_at__gt=since).counted().exists():
        words = _("A packet went to this address within the last ten minutes. Give it time to arrive.")
        raise ValidationError(words, code=JUST_SENT)
    # The pause keeps a second click off, and an undone merge takes deliveries away: counted, a key would come twice.
    return deliver_packet(lead, newest_enquiry(lead), f"packet:lead-{lead.pk}:{uuid.uuid4()}", by, address)


def _note_asking(lead: Lead, asked: Asked, by: Actor) -> None:
    """Of who wanted none. Raises ValidationError where what they said last is that they want none."""
    end = ended_packet(lead)
    if end is None:
        return
    if not asked.words:
        raise ValidationError({"words": _("Write down what they said.")})
    if asked.at > timezone.now():
        raise ValidationError({"said_on": _("This is still to come.")})
    zone = ClinicProfile.objects.current().zone
    until = taken_back_until(end, zone)
    if asked.at <= until:
        raise ValidationError({"said_on": WANTED_NONE_SINCE % {"when": words.moment(until)}})
    note_event(lead, LeadEvent.Kind.PACKET_ASKED, text=asked.words, by=by, said_at=asked.at.isoformat())


def topic_of(enquiry: Enquiry | None) -> str:
    return enquiry.topic if enquiry else ""


def ask_for_themselves(leads: Iterable[Lead], *, by: Actor) -> None:
    """What an undone merge leaves unsent goes out for what they asked themselves, and not for what a stranger did.

    What may have arrived stays what it was; if it goes again, on_requeued and its mail see to it.
    """
    for lead in leads:
        unsent = PacketDelivery.objects.filter(lead=lead, enquiry__isnull=False, outgoing__state__in=UNSENT)
        for delivery in unsent.exclude(enquiry__lead__in=lead.family()).select_related("lead", "outgoing"):
            if delivery.outgoing.state != OutgoingEmail.State.QUEUED or take_back(outgoing=delivery.outgoing):
                _ask_for(delivery, newest_enquiry(lead), by)


def _ask_for(delivery: PacketDelivery, enquiry: Enquiry | None, by: Actor) -> None:
    before = delivery.version_id
    ask_for(delivery, enquiry)
    # Of another nothing is on its way; sent again, it says so itself.
    if delivery.outgoing.state != OutgoingEmail.State.QUEUED:
        return
    if not sources.may_go_out(delivery.version):
        cancel(delivery.outgoing, Why.DEMO_PACKET, by)
    elif delivery.version_id != before:
        told_of, outgoing = delivery.told_of, str(delivery.outgoing.uuid)
        note_event(told_of, LeadEvent.Kind.PACKET_QUEUED, by=by, version=delivery.version_id, outgoing=outgoing)


def deliver_packet(lead: Lead, enquiry: Enquiry | None, key: str, by: Actor, address: str) -> PacketDelivery:
    language = language_of(lead, address)
    outgoing = queue_email(kind=PACKET, address=address, dedupe_key=key, language=language)
    version = PacketVersion.objects.to_send(topic_of(enquiry))
    delivery, event = on_its_way(lead, enquiry, version.pk, outgoing, by)
    delivery.save(force_insert=True)
    event.save(force_insert=True)
    return delivery


def on_its_way(
    lead: Lead, enquiry: Enquiry | None, version: int, outgoing: OutgoingEmail, by: Actor
) -> tuple[PacketDelivery, LeadEvent]:
    """The rows of a packet beside its mail, not stored yet."""
    delivery = new_row(PacketDelivery, lead=lead, enquiry=enquiry, version_id=version, outgoing=outgoing)
    data: dict[str, Any] = {"version": version, "outgoing": str(outgoing.uuid)}
    told_of = delivery.told_of
    asked = delivery.enquiry_of(told_of)
    return delivery, new_event(told_of, LeadEvent.Kind.PACKET_QUEUED, enquiry=asked, by=by, **data)


@transaction.atomic
def note_download(*, delivery: PacketDelivery) -> bool:
    """Notes the first download on the timeline; later ones change nothing. False once the person was erased.

    Nor do those of a stranger, whose address was mistyped and is corrected by now.
    """
    lead = Lead.objects.select_for_update().get(pk=delivery.lead_id)
    if lead.erased_at:
        return False
    found = PacketDelivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if found.first_downloaded_at is None and found.outgoing.email in stops.addresses_of_families([lead])[lead.pk]:
        found.first_downloaded_at = timezone.now()
        found.save(update_fields=["first_downloaded_at"])
        version, told_of = found.version_id, found.told_of
        asked = found.enquiry_of(told_of)
        note_event(told_of, LeadEvent.Kind.PACKET_DOWNLOADED, enquiry=asked, by=VISITOR, version=version)
    return True


@transaction.atomic
def make_packet_for(*, topic: Topic) -> Packet:
    """One of a condition's own, of which nothing goes out before a version of it is approved. Again gives the same."""
    # By a number: a slug may stand where somebody else reads it, and names an illness.
    known = {"slug": f"information-packet-{topic.pk}", "title": _("Information packet: %(topic)s") % {"topic": topic}}
    carriage = Packet.objects.values_list("carriage", flat=True).get(slug="information-packet")
    return Packet.objects.get_or_create(topic=topic, defaults={**known, "carriage": carriage})[0]


def stop_packet(*, packet: Packet) -> None:
    """Who asks about its condition gets the general one from now on, until a version of it is sent again."""
    Packet.objects.filter(pk=packet.pk, topic__isnull=False).update(sent_version=None)


@transaction.atomic
def save_version(
    *, packet: Packet, pdf: bytes, made_from: dict[str, Any] | None = None, content: str = ""
) -> PacketVersion:
    """Adds a version to be approved; bytes that a version already holds give that version. content: what set it."""
    Packet.objects.select_for_update().get(pk=packet.pk)
    sha256 = hashlib.sha256(pdf).hexdigest()
    known = packet.versions.filter(sha256=sha256).first()
    if known:
        return known
    newest = packet.versions.defer("pdf").first()
    version = PacketVersion.objects.create(
        packet=packet, number=newest.number + 1 if newest else 1, pdf=pdf, sha256=sha256, sources=made_from or {}
    )
    if content:
        PacketContent.objects.create(version=version, text=content)
    return version


def keep_look(*, version: PacketVersion, contents: Contents, picture: Image | None = None) -> None:
    """Once; a picture is of the page that the contents name."""
    heading, page = contents.shown()
    shown: dict[str, Any] = {}
    if picture:
        data = encoded(picture)
        shown = {
            "picture": data,
            "picture_sha256": hashlib.sha256(data).hexdigest(),
            "picture_height": picture.height,
            "picture_page": page,
            "picture_heading": heading[:200],
        }
    sections = [title for title, _page in contents.sections]
    known = {"pages": contents.pages, "size": len(version.pdf), "sections": sections, **shown}
    PacketLook.objects.get_or_create(version=version, defaults=known)


@transaction.atomic
def approve_version(*, version: PacketVersion, by: Actor) -> PacketVersion:
    """From now on this version is the one that goes out (a trigger sees to it). Approving again changes nothing."""
    found = PacketVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if found.approved_at is None:
        found.approved_at = timezone.now()
        found.approved_by = by.account
        found.save(update_fields=["approved_at", "approved_by"])
        transaction.on_commit(queue_waiting)
    return found


@transaction.atomic
def send_version(*, version: PacketVersion) -> None:
    """An approved version goes out again from now on, instead of whichever does."""
    if version.approved_at is None:
        raise ValidationError(_("Approve this version first; until then nobody gets it."))
    if not sources.may_go_out(version):
        raise ValidationError(_("This version bears the demo clinic's name, so nobody would get it."))
    Packet.objects.filter(pk=version.packet_id).update(sent_version=version)
    transaction.on_commit(queue_waiting)


def queue_waiting() -> None:
    """The packets of those who asked while none could go out in the clinic's own name, each in its own transaction.

    A condition's own may go out before the general one.
    """
    why = cache(withheld)
    for enquiry in list(waiting_for_packet().select_related("lead")):
        if why(enquiry.topic) is None:
            _try_one_that_waits(enquiry)


def _try_one_that_waits(enquiry: Enquiry) -> None:
    try:
        _queue_one_that_waits(enquiry)
    except Exception as error:  # whatever is wrong with one, those behind it wait for theirs
        if isinstance(error, OUTAGES):
            raise
        logger.exception("the packet of enquiry %s could not be queued", enquiry.pk)


@transaction.atomic
def _queue_one_that_waits(waiting: Enquiry) -> None:
    address = _goes_to(waiting)
    lock_address(waiting.email, address)
    # Again under the locks: whoever was erased meanwhile waits no more, and the next hour is soon enough for others.
    enquiry = waiting_for_packet().select_related("lead").filter(pk=waiting.pk).first()
    if address and enquiry and enquiry.lead and _goes_to(enquiry) == address:
        key = key_of(enquiry)
        # One that was queued while the demo's could go out, and kept back at its turn, has that key.
        is_kept_back = OutgoingEmail.objects.filter(dedupe_key=key).exists()
        lead, again = enquiry.lead.survivor(), f"{key}:{uuid.uuid4()}" if is_kept_back else ""
        queue_packet(lead=lead, enquiry=enquiry, by=JOB, address=address, key=again)


def _goes_to(enquiry: Enquiry) -> str:
    """Where they asked from, unless that was corrected since: then where the mail of the lead goes, if anywhere."""
    if enquiry.lead is None:
        return ""
    lead = enquiry.lead.survivor()
    is_theirs = enquiry.email in stops.addresses_of_families([lead])[lead.pk]
    return enquiry.email if is_theirs else lead.mail_address or ""


def waiting_for_packet() -> QuerySet[Enquiry]:
    """The newest of each address of whom it was said last that the packet is withheld, and that none went to since."""
    kinds = [LeadEvent.Kind.PACKET_NOT_SENT, LeadEvent.Kind.PACKET_QUEUED]
    said = LeadEvent.objects.filter(kind=LeadEvent.Kind.PACKET_NOT_SENT, data__why=Why.DEMO_PACKET)
    said_last = LeadEvent.objects.filter(enquiry=OuterRef("pk"), kind__in=kinds).order_by("-pk")
    # As two were taken apart, for the same reason.
    kept_back = Q(outgoing__state=OutgoingEmail.State.CANCELLED, outgoing__why=Why.DEMO_PACKET)
    sent = PacketDelivery.objects.exclude(kept_back)
    got_one = sent.filter(outgoing__email=OuterRef("email"), created_at__gt=OuterRef("received_at"))
    asked = Enquiry.objects.filter(pk__in=said.values("enquiry"), lead__erased_at=None).exclude(email="")
    waiting = asked.alias(why=Subquery(said_last.values("data__why")[:1])).filter(why=Why.DEMO_PACKET.value)
    # To another address of theirs, of which the line stands with that one.
    went = sent.filter(enquiry=OuterRef("pk"))
    return waiting.exclude(Exists(got_one)).exclude(Exists(went)).order_by("email", "-pk").distinct("email")
