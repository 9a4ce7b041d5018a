"""From one form submission to a lead with its packet on the way: all of it, or nothing."""

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from enquiries import rules
from enquiries.actions.events import act_as, note_event
from enquiries.actions.leads import check_address_is_free, lock_leads, note_owner
from enquiries.actions.notices import notify_staff, tell_owner
from enquiries.actions.packets import queue_packet
from enquiries.actions.turns import assign_new
from enquiries.actions.waking import first_plan, wake
from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.actors import VISITOR, Actor, ActsAs
from foundation.addresses import lock_address, with_ascii_domain
from foundation.models import ConsentWording
from mailings.actions import record_consent
from mailings.models import Consent
from newsletters.actions import sign_up


class Submission(NamedTuple):
    """A validated post. fields: as typed, by field name. With a held_reason, staff look before anything is mailed."""

    fields: dict[str, str]
    packet_wording: ConsentWording
    contact_wording: ConsentWording | None
    newsletter_wording: ConsentWording | None
    held_reason: str = ""
    source_path: str = ""
    language: str = ""

    @property
    def email(self) -> str:
        return with_ascii_domain(self.fields["email"].strip())


@transaction.atomic
def request_packet(*, submission: Submission) -> Enquiry:
    """Stores what a visitor sent. The same again within ten minutes gives the enquiry that is already there."""
    lock_address(submission.email)
    sha256 = rules.fields_sha256(submission.fields)
    replayed = _replayed(submission.email, sha256)
    if replayed:
        return replayed
    enquiry = Enquiry(
        fields=submission.fields,
        fields_sha256=sha256,
        email=submission.email,
        source_path=submission.source_path[:500],
        utm=rules.utm_of(submission.source_path),
        language=submission.language[:20],
        held_reason=submission.held_reason,
        verdict=Enquiry.Verdict.HELD if submission.held_reason else Enquiry.Verdict.ACCEPTED,
        **_consents(submission),
    )
    if not submission.held_reason:
        _accept(enquiry, by=VISITOR)
        _sign_up(enquiry)
    enquiry.save()
    _after_saving(enquiry, by=VISITOR)
    return enquiry


def _replayed(email: str, sha256: str) -> Enquiry | None:
    since = timezone.now() - rules.REPLAY_WINDOW
    same = Enquiry.objects.filter(email=email, fields_sha256=sha256, received_at__gt=since)
    # What staff threw away by mistake is written once more, and must be looked at once more.
    return same.exclude(verdict=Enquiry.Verdict.DISCARDED).first()


def _consents(submission: Submission) -> dict[str, Consent | None]:
    """A row for each wording, also where one wording is about two things."""
    wordings = {
        "consent_packet": submission.packet_wording,
        "consent_contact": submission.contact_wording,
        "consent_newsletter": submission.newsletter_wording,
    }
    given = {
        wording: record_consent(address=submission.email, wording=wording, source_path=submission.source_path)
        for wording in dict.fromkeys(filter(None, wordings.values()))
    }
    return {name: given[wording] if wording else None for name, wording in wordings.items()}


def _accept(enquiry: Enquiry, by: Actor) -> None:
    """Finds or makes the lead whose address it came from. What was posted never overwrites what is stored.

    Of a merged lead it stays its own, so that an undo leaves nobody's words with another; the survivor is woken.
    """
    act_as(by)
    lead, survivor = _whose(enquiry.email)
    if lead is None or survivor is None:
        lead = Lead.objects.create(email=enquiry.email, **first_plan(enquiry), **rules.lead_facts(enquiry.fields))
        enquiry.lead = lead
        return
    enquiry.lead = lead
    if enquiry.consent_contact:
        wake(survivor, enquiry, by=by)


def _whose(email: str) -> tuple[Lead, Lead] | tuple[None, None]:
    """Whose address it is, and whom they live on in, both locked.

    Under the lock of the address nobody is merged or taken apart who has it; but the address may be corrected.
    """
    while lead := Lead.objects.filter(email=email).first():
        survivor = lead.survivor()
        rows = lock_leads({lead.pk, survivor.pk})
        if Lead.objects.filter(pk=lead.pk, email=email).exists():
            return rows[lead.pk], rows[survivor.pk]
    return None, None


def _sign_up(enquiry: Enquiry) -> None:
    if enquiry.consent_newsletter:
        sign_up(address=enquiry.email, consent=enquiry.consent_newsletter, language=enquiry.language)


def _after_saving(enquiry: Enquiry, by: Actor) -> None:
    if enquiry.lead:
        _note_enquiry(enquiry.lead, enquiry, by)
        queue_packet(lead=enquiry.lead.survivor(), enquiry=enquiry)
        assign_new(enquiry.lead.survivor())
    if by.acts_as == ActsAs.VISITOR:
        notify_staff(enquiry)


def _note_enquiry(lead: Lead, enquiry: Enquiry, by: Actor) -> None:
    """That it came in and what was agreed to, on the timeline."""
    note_event(lead, LeadEvent.Kind.ENQUIRY, enquiry=enquiry, by=by)
    for consent in enquiry.consents:
        note_event(lead, LeadEvent.Kind.CONSENT, enquiry=enquiry, by=by, consent=consent.pk, given=consent.given)


@transaction.atomic
def release_enquiry(*, enquiry: Enquiry, by: Actor) -> Enquiry:
    """Staff say that a held enquiry is genuine: the lead is made and the packet goes out."""
    lock_address(enquiry.email)
    found = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if found.verdict != Enquiry.Verdict.HELD:
        return found
    _accept(found, by=by)
    found.verdict = Enquiry.Verdict.RELEASED
    found.decided_by = by.account
    found.save(update_fields=["lead", "verdict", "decided_by"])
    _sign_up(found)
    _after_saving(found, by=by)
    return found


@transaction.atomic
def discard_enquiry(*, enquiry: Enquiry, by: Actor) -> Enquiry:
    """Staff say that a held enquiry is spam: it stays as it is and leaves the queue."""
    found = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if found.verdict == Enquiry.Verdict.HELD:
        found.verdict = Enquiry.Verdict.DISCARDED
        found.decided_by = by.account
        found.save(update_fields=["verdict", "decided_by"])
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
