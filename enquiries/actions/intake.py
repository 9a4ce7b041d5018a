"""From one form submission to a lead with its packet on the way: all of it, or nothing."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from enquiries import rules, sources, stops
from enquiries.actions import mistyped
from enquiries.actions.events import act_as, new_event
from enquiries.actions.known import Known, known_of
from enquiries.actions.leads import check_address_is_free, check_day, check_owner, lock_leads, note_owner
from enquiries.actions.notices import MOST_NOTICES, tell_of_held, tell_of_many, tell_owner, tells_of
from enquiries.actions.packets import on_its_way, queue_packet
from enquiries.actions.turns import assign_new
from enquiries.actions.waking import first_plan, wake
from enquiries.emails import PACKET
from enquiries.models import (
    EndedConsent,
    Enquiry,
    Lead,
    LeadEvent,
    LeftOut,
    PacketDelivery,
    PacketVersion,
    StaffNotice,
    ended_packet,
    not_undone,
    taken_back_until,
)
from foundation.actors import VISITOR, Actor, ActsAs
from foundation.addresses import lock_address, with_ascii_domain
from foundation.models import ClinicProfile, ConsentWording
from foundation.rows import new_row, store
from mailings import doorbell
from mailings.actions import facts_of_email, record_consent
from mailings.models import Consent, OutgoingEmail, Why
from newsletters.actions import has_left_since, sign_up


@dataclass(frozen=True)
class Submission:
    """A validated post. fields: as typed, by field name. With a held_reason, staff look before anything is mailed."""

    fields: dict[str, str]
    packet_wording: ConsentWording
    contact_wording: ConsentWording | None
    newsletter_wording: ConsentWording | None
    held_reason: str = ""
    source_path: str = ""
    language: str = ""

    @cached_property
    def email(self) -> str:
        return with_ascii_domain(self.fields["email"].strip())

    @cached_property
    def fields_sha256(self) -> str:
        return rules.fields_sha256(self.fields)

    @property
    def wordings(self) -> tuple[ConsentWording | None, ...]:
        return self.packet_wording, self.contact_wording, self.newsletter_wording


@transaction.atomic
def request_packet(*, submission: Submission) -> Enquiry:
    """Stores what a visitor sent. The same again within ten minutes gives the enquiry that is already there."""
    known = known_of(submission.email, submission.fields_sha256, VISITOR, submission.fields.get("topic", ""))
    if known.replayed:
        return Enquiry.objects.get(pk=known.replayed)
    consents = _consents(submission, known)
    enquiry = _as_sent(submission, known, consents)
    if submission.held_reason:
        _store(*consents.values(), enquiry)
        if not known.told_of_held:
            tell_of_held()
    else:
        arrival = _arrive(enquiry, known, by=VISITOR)
        _store(*arrival.before, *consents.values(), enquiry, *arrival.after)
        _after_storing(enquiry, arrival)
    return enquiry


def _store(*rows: Any) -> None:
    if rows:
        store(*rows, by="store_enquiry")


def _consents(submission: Submission, known: Known) -> dict[int, Consent]:
    """By the number of its wording, a row for each; one, where one wording is about two things."""
    wordings = dict.fromkeys(wording.pk for wording in submission.wordings if wording)
    page = submission.source_path[:500]
    return {
        wording: new_row(Consent, pk=number, email=submission.email, wording_id=wording, source_path=page)
        for wording, number in zip(wordings, known.new_consents, strict=False)
    }


def _as_sent(submission: Submission, known: Known, consents: dict[int, Consent]) -> Enquiry:
    packet, contact, newsletter = (consents[wording.pk] if wording else None for wording in submission.wordings)
    return new_row(
        Enquiry,
        pk=known.new_enquiry,
        fields=submission.fields,
        fields_sha256=submission.fields_sha256,
        email=submission.email,
        source_path=submission.source_path[:500],
        utm=rules.utm_of(submission.source_path),
        language=submission.language[:20],
        held_reason=submission.held_reason,
        verdict=Enquiry.Verdict.HELD if submission.held_reason else Enquiry.Verdict.ACCEPTED,
        consent_packet=packet,
        consent_contact=contact,
        consent_newsletter=newsletter,
    )


class Arrival(NamedTuple):
    """What an enquiry brings, not stored yet. before: what it points at; after: what points at it."""

    survivor: Lead
    before: list[Any]
    after: list[Any]
    tells_of_many: bool


def _arrive(enquiry: Enquiry, known: Known, by: Actor) -> Arrival:
    """Finds or makes the lead whose address it came from. What was posted never overwrites what is stored.

    Of a merged lead it stays its own, so that an undo leaves nobody's words with another; the survivor is woken.
    """
    known, locked = _held_still(enquiry, known, by)
    if known.lead and known.survivor:
        enquiry.lead, survivor, new = locked[known.lead], locked[known.survivor], []
        is_over = _was_taken_back(enquiry, survivor) or _was_stopped(enquiry, known, survivor)
        if enquiry.consent_contact and not is_over:
            wake(survivor, enquiry, by=by)
    else:
        enquiry.lead = survivor = _new_lead(enquiry, known)
        new = [survivor]
    tells = by.acts_as == ActsAs.VISITOR and not known.was_told_of
    is_flood = known.notices >= MOST_NOTICES
    notice = tells_of(enquiry, known.new_mails[1]) if tells and not is_flood else []
    after = _in_order([*_events(enquiry, by), *_packet(enquiry, survivor, known, by), *notice])
    return Arrival(survivor, new, after, tells and is_flood and not known.told_of_many)


def _was_taken_back(enquiry: Enquiry, survivor: Lead) -> bool:
    """Of one that was held: whether they took back being contacted after they had written it. It is ended then, too."""
    if enquiry.verdict != Enquiry.Verdict.HELD:
        return False
    said = LeadEvent.objects.filter(lead__in=survivor.family(), kind=LeadEvent.Kind.CONSENT_ENDED)
    since = not_undone(said.filter(~Q(data__has_key="about"), at__gt=enquiry.received_at))
    zone = ClinicProfile.objects.current().zone
    event = next((event for event in since if taken_back_until(event, zone) > enquiry.received_at), None)
    if event and enquiry.consent_contact:
        EndedConsent.objects.get_or_create(consent=enquiry.consent_contact, defaults={"event": event})
    return event is not None


def _was_stopped(enquiry: Enquiry, known: Known, survivor: Lead | None) -> bool:
    """Of one that was held: whether they asked us to stop after they had written it."""
    if enquiry.verdict != Enquiry.Verdict.HELD:
        return False
    family = survivor.family() if survivor else []
    return stops.said_since(enquiry.received_at, known.family or [known.address], family)


def _in_order(rows: list[Any]) -> list[Any]:
    """Those of one model side by side, mails first: the fewer the statements, the sooner it is over."""
    order = (OutgoingEmail, PacketDelivery, StaffNotice, LeadEvent)
    return sorted(rows, key=lambda row: order.index(type(row)))


def _held_still(enquiry: Enquiry, known: Known, by: Actor) -> tuple[Known, dict[int, Lead]]:
    """Whose address it is and whom they live on in, both locked.

    Under the lock of the address nobody is merged or taken apart who has it; but the address may be corrected.
    """
    while known.lead and known.survivor:
        rows = lock_leads({known.lead, known.survivor})
        if rows[known.lead].email == known.address:
            return known, rows
        known = known_of(enquiry.email, enquiry.fields_sha256, by, enquiry.topic)._replace(
            new_enquiry=known.new_enquiry
        )
    return known, {}


def _new_lead(enquiry: Enquiry, known: Known) -> Lead:
    facts = rules.lead_facts(enquiry.fields)
    plan = first_plan(enquiry, wants_answer=not _was_stopped(enquiry, known, None))
    return new_row(Lead, pk=known.new_lead, email=enquiry.email, **plan, **facts)


def _events(enquiry: Enquiry, by: Actor) -> list[LeadEvent]:
    """That it came in and what was agreed to, on the timeline."""
    assert enquiry.lead  # noqa: S101 - set by whoever calls
    came = new_event(enquiry.lead, LeadEvent.Kind.ENQUIRY, enquiry=enquiry, by=by)
    about = LeadEvent.Kind.CONSENT
    return [came] + [
        new_event(enquiry.lead, about, enquiry=enquiry, by=by, consent=consent.pk, given=consent.given)
        for consent in enquiry.consents
    ]


def _packet(enquiry: Enquiry, survivor: Lead, known: Known, by: Actor) -> list[Any]:
    """The packet's rows, or why there is none, which the timeline says. To the address that asked, also of a merged."""
    why = _why_no_packet(enquiry, survivor, known)
    if why:
        assert enquiry.lead  # noqa: S101 - set by whoever calls
        return [new_event(enquiry.lead, LeadEvent.Kind.PACKET_NOT_SENT, enquiry=enquiry, by=VISITOR, why=why.value)]
    facts = facts_of_email(kind=PACKET, address=enquiry.email, language=enquiry.language)
    outgoing = new_row(OutgoingEmail, pk=known.new_mails[0], dedupe_key=f"packet:{enquiry.pk}", **facts)
    # Before first content is loaded it raises, and the form comes back as typed.
    version = known.version or PacketVersion.objects.to_send(enquiry.topic).pk
    return [outgoing, *on_its_way(survivor, enquiry, version, outgoing, VISITOR)]


def _why_no_packet(enquiry: Enquiry, survivor: Lead, known: Known) -> Why | LeftOut | None:
    """What enquiries.actions.packets.why_no_packet asks of one address, of what is known already."""
    if known.stops or known.had_its_share:
        return known.why_nothing_may_go_there or Why.HAD_ITS_SHARE
    # Whoever asks just now wants it, and so does who asked since, though staff release it only now.
    if known.lead and enquiry.verdict == Enquiry.Verdict.HELD:
        end = ended_packet(survivor)
        if end and taken_back_until(end, ClinicProfile.objects.current().zone) >= enquiry.received_at:
            return LeftOut.NO_PACKET_WANTED
    has_others = len(known.family) > 1
    said = stops.said_by_the_person(survivor) if has_others else None
    return said or (None if sources.may_be_sent(is_demo=bool(known.version_is_demo)) else Why.DEMO_PACKET)


def _after_storing(enquiry: Enquiry, arrival: Arrival) -> None:
    """What needs the rows, or asks more than one statement."""
    if enquiry.consent_newsletter and not _has_left_since(enquiry):
        sign_up(address=enquiry.email, consent=enquiry.consent_newsletter, language=enquiry.language)
    if arrival.tells_of_many:
        tell_of_many()
    assign_new(arrival.survivor)
    doorbell.ring_after_commit()


def _has_left_since(enquiry: Enquiry) -> bool:
    """Of one that was held: whether they left the newsletter after they had ticked it."""
    return enquiry.verdict == Enquiry.Verdict.RELEASED and has_left_since(enquiry.received_at, enquiry.email)


def _note_enquiry(lead: Lead, enquiry: Enquiry, by: Actor) -> None:
    for event in _events(enquiry, by):
        event.save(force_insert=True)


MISTYPED = gettext_lazy(
    "This address was mistyped, and is somebody else's: it was corrected with lead #%(lead)s. Write down there what "
    "stands here, then discard this one."
)


@transaction.atomic
def release_enquiry(*, enquiry: Enquiry, by: Actor) -> Enquiry:
    """Staff say that a held enquiry is genuine: the lead is made and the packet goes out.

    Raises ValidationError where its address is known to be mistyped by now: the packet would go to a stranger.
    """
    lock_address(enquiry.email)
    found = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if found.verdict != Enquiry.Verdict.HELD:
        return found
    if whose := mistyped.corrected_since(found.email, found.received_at):
        raise ValidationError(MISTYPED % {"lead": whose})
    arrival = _arrive(found, known_of(found.email, found.fields_sha256, by, found.topic), by=by)
    _store(*arrival.before)
    found.verdict = Enquiry.Verdict.RELEASED
    found.decided_by, found.decided_at = by.account, timezone.now()
    found.save(update_fields=["lead", "verdict", "decided_by", "decided_at"])
    _store(*arrival.after)
    _after_storing(found, arrival)
    return found


@transaction.atomic
def discard_enquiry(*, enquiry: Enquiry, by: Actor) -> Enquiry:
    """Staff say that a held enquiry is spam: it stays as it is and leaves the queue."""
    found = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if found.verdict == Enquiry.Verdict.HELD:
        found.verdict = Enquiry.Verdict.DISCARDED
        found.decided_by, found.decided_at = by.account, timezone.now()
        found.save(update_fields=["verdict", "decided_by", "decided_at"])
    return found


@transaction.atomic
def bring_back_enquiry(*, enquiry: Enquiry, by: Actor) -> Enquiry:
    """Discarded by a slip: it is held again, for a day. Again changes nothing."""
    # Whoever erases the person holds it, too, and what they leave is not brought back.
    lock_address(enquiry.email)
    found = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if found.may_be_brought_back:
        found.verdict = Enquiry.Verdict.HELD
        found.decided_by, found.decided_at = by.account, timezone.now()
        found.save(update_fields=["verdict", "decided_by", "decided_at"])
    return found


@transaction.atomic
def add_lead(
    *,
    lead: Lead,
    fields: dict[str, str],
    packet_wording: ConsentWording | None,
    contact_wording: ConsentWording | None,
    by: Actor,
) -> Lead:
    """Saves a lead that staff took down by hand, with its enquiry. Raises ValidationError for a known address.

    The packet goes out to who agreed to get it.
    """
    lock_address(lead.email or "")
    check_address_is_free(lead.email)
    check_owner(lead.owner)
    check_day(lead.next_action_on)
    act_as(by)
    lead.save()
    lead.refresh_from_db(fields=["email"])
    if lead.owner and lead.owner != by.account:
        tell_owner(lead.owner, note_owner(lead, by))
    agreed = {"consent_packet": packet_wording, "consent_contact": contact_wording}
    enquiry = _take_enquiry(lead, fields, agreed, by)
    if packet_wording and lead.email:
        queue_packet(lead=lead, enquiry=enquiry, by=by)
    return lead


def taken_down_already(fields: dict[str, str], by: Actor) -> Lead | None:
    """As of whoever sends the public form twice: the same again within ten minutes, from the same account.

    Call it in the transaction that adds the lead: the second of two clicks waits for the first.
    """
    lock_address(f"taken down by {by.account.pk if by.account else 0}")
    since = timezone.now() - rules.REPLAY_WINDOW
    written = Enquiry.objects.filter(form=Enquiry.Form.STAFF, received_at__gt=since, lead__erased_at=None)
    theirs = written.filter(events__kind=LeadEvent.Kind.ENQUIRY, events__actor=by.account)
    same = theirs.filter(fields_sha256=rules.fields_sha256(fields))
    found = same.select_related("lead").order_by("-pk").first()
    return found.lead.survivor() if found and found.lead else None


def _take_enquiry(lead: Lead, fields: dict[str, str], agreed: dict[str, ConsentWording | None], by: Actor) -> Enquiry:
    """Staff wrote down a call or a visit: the consents were spoken, in the wordings that their form showed."""
    address, spoken = lead.email or "", Consent.Given.SPOKEN
    enquiry = Enquiry.objects.create(
        lead=lead,
        form=Enquiry.Form.STAFF,
        email=address,
        fields=fields,
        fields_sha256=rules.fields_sha256(fields),
        **{
            name: record_consent(address=address, wording=wording, given=spoken, by=by) if wording else None
            for name, wording in agreed.items()
        },
    )
    _note_enquiry(lead, enquiry, by)
    return enquiry
