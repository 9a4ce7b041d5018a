"""What somebody told staff that they do not want any more, and undoing what was typed by a slip."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enquiries import rules, stops
from enquiries.actions.clocks import as_data, awaited, clock_of, from_data, set_clock
from enquiries.actions.events import act_as, note_event
from enquiries.actions.leads import lock_addresses, locked, open_as_before, plan_next
from enquiries.actions.packets import deliver_packet, unwanted, withheld_from
from enquiries.actions.waking import spoken_with_since, wake
from enquiries.causes import newest_enquiry
from enquiries.models import EndedConsent, Enquiry, Lead, LeadEvent, LeftOut, PacketDelivery, heard_until, not_undone
from enquiries.models.packet_ends import PACKET, taken_back_until
from foundation.actors import Actor
from foundation.models import ClinicProfile
from mailings import actions as post_office
from mailings.models import Consent, MailEvent, OutgoingEmail, Why

Kind = LeadEvent.Kind
NOT_THERE = "not_there"
ASKED_SINCE = gettext_lazy("They asked to be contacted after this, and that stands.")
NOT_ANY_MORE = gettext_lazy("This is undone already, or too old: it can be undone only for a day.")
# Of the event of a word: what it is about, and when it was said.
OF_THE_WORD = ("about", "consent", "said_on", "said_at")
# Why what waited was cancelled.
ON_THEIR_WORD = (Why.NO_LONGER_WANTED, Why.ASKED_TO_STOP)
# As a note: what was read and acted upon for longer is history.
MAY_BE_UNDONE = timedelta(days=1)


@transaction.atomic
def end_contact(*, lead: Lead, words: str, said_on: date, by: Actor, said_at: datetime | None = None) -> LeadEvent:
    """They take back that they may be contacted; packets and newsletters go on. said_at: with its time of day.

    Raises ValidationError where nothing allows it, or it was taken back already. Nobody waits for an answer then,
    unless they asked again since they said so.
    """
    # Whoever releases an enquiry of theirs that was held meanwhile finds this, or is found by it.
    lock_addresses(lead)
    found = locked(lead)
    said = _said(words, said_on, said_at)
    until = heard_until(said_on, said_at, timezone.now(), ClinicProfile.objects.current().zone)
    consents = contact_consents(found)
    given = [consent for consent in consents if consent.given_at <= until]
    if not given:
        nothing = ValidationError(_("No consent to be contacted is on record."), code=NOT_THERE)
        raise ValidationError({"said_on": ValidationError(ASKED_SINCE, code=NOT_THERE)}) if consents else nothing
    waits_no_more = _wait_no_longer(found, by) if len(given) == len(consents) else {}
    told: dict[str, Any] = {**said, **waits_no_more, "consent": given[0].pk}
    event = note_event(found, Kind.CONSENT_ENDED, by=by, **told)
    EndedConsent.objects.bulk_create(EndedConsent(consent=consent, event=event) for consent in given)
    return event


def _said(words: str, said_on: date, said_at: datetime | None) -> dict[str, str]:
    """What the event keeps of it. Raises ValidationError without words, and for a moment that is still to come."""
    if not words.strip():
        raise ValidationError({"words": _("Write down what they said.")})
    if said_on > ClinicProfile.objects.current().today() or (said_at and said_at > timezone.now()):
        raise ValidationError({"said_on": _("This is still to come.")})
    at = {"said_at": said_at.isoformat()} if said_at else {}
    return {"text": words.strip(), "said_on": said_on.isoformat(), **at}


@transaction.atomic
def end_packet(*, lead: Lead, words: str, said_on: date, by: Actor, said_at: datetime | None = None) -> LeadEvent:
    """They want no further packet, and the one that waits is cancelled; being contacted and newsletters go on.

    Raises ValidationError when that is known. Whoever asks for it again gets it again, or did since they said so.
    """
    lock_addresses(lead)
    found = locked(lead)
    said: dict[str, Any] = _said(words, said_on, said_at)
    if unwanted(found):
        raise ValidationError(LeftOut.NO_PACKET_WANTED.label, code=NOT_THERE)
    if known := _said_already(found, said, said_at, by):
        return known
    event = note_event(found, Kind.CONSENT_ENDED, by=by, about=PACKET, **said)
    if unwanted(found):
        _cancel_packets(found, by)
    return event


def _said_already(lead: Lead, said: dict[str, Any], said_at: datetime | None, by: Actor) -> LeadEvent | None:
    """By a second click, where they asked for it after that moment, so that neither ends anything."""
    zone = ClinicProfile.objects.current().zone
    until = heard_until(date.fromisoformat(said["said_on"]), said_at, timezone.now(), zone)
    written = LeadEvent.objects.filter(lead__in=lead.family(), kind=Kind.CONSENT_ENDED, actor=by.account)
    same = not_undone(written.filter(text=said["text"], data__about=PACKET))
    return next((one for one in same if taken_back_until(one, zone) == until), None)


def _cancel_packets(lead: Lead, by: Actor) -> None:
    waiting = OutgoingEmail.objects.filter(packet_delivery__lead__in=lead.family(), state=OutgoingEmail.State.QUEUED)
    for outgoing in waiting.select_for_update(of=("self",)):
        post_office.cancel(outgoing, Why.NO_LONGER_WANTED, by)


def contact_consents(lead: Lead) -> list[Consent]:
    """Those that stand, of the whole family; the newest first."""
    given = Consent.objects.filter(contact_enquiries__lead__in=lead.family(), ended=None)
    return list(given.distinct().order_by("-given_at", "-pk"))


def _wait_no_longer(lead: Lead, by: Actor) -> dict[str, Any]:
    """And what it was before, as the event keeps it for an undo. A plan that somebody typed stays, so it is not."""
    before: dict[str, Any] = {}
    if awaited(lead):
        before["waited"] = as_data(clock_of(lead))
        set_clock(lead, {})
    if lead.is_open and lead.next_action in (*Lead.Plan.answers(), Lead.Plan.CALL_BACK, Lead.Plan.GET_IN_TOUCH):
        at = lead.next_action_at.isoformat() if lead.next_action_at else ""
        before["planned"] = [lead.next_action, str(lead.next_action_on), at]
        later = ClinicProfile.objects.current().today() + rules.TIME_TO_ASK
        plan_next(lead, next_action=Lead.Plan.WAIT.value, next_action_on=later, by=by)
    return before


def may_be_undone(lead: Lead, family: list[Lead] | None = None) -> QuerySet[LeadEvent]:
    """Of the whole family, unless it is given: what was written down within a day."""
    said = LeadEvent.objects.filter(lead__in=family or lead.family(), kind=Kind.CONSENT_ENDED)
    return not_undone(said.filter(at__gt=timezone.now() - MAY_BE_UNDONE)).select_related("actor", "lead")


@transaction.atomic
def undo_end(*, lead: Lead, said: LeadEvent, by: Actor) -> LeadEvent:
    """It was a slip: what they had asked for goes on, with the wait and the plan that were, where nobody changed them.

    Raises ValidationError when it is undone already, or of more than a day ago.
    """
    lock_addresses(lead)
    found = locked(lead)
    if not may_be_undone(found).filter(pk=said.pk).exists():
        raise ValidationError(NOT_ANY_MORE, code=NOT_THERE)
    # Where it was said, also when that lead was merged since: so it is found.
    undone = note_event(said.lead, Kind.END_UNDONE, by=by, undoes=said.pk)
    unheard = _released_since(said)
    EndedConsent.objects.filter(event=said).delete()
    _wait_again(found, said, by)
    if unheard:
        hear_again(found, unheard, by)
    send_what_was_kept(found, said, by)
    return undone


def was_anothers(said: LeadEvent, *, lead: Lead, whose: Lead, by: Actor) -> Enquiry | None:
    """Two leads are taken apart, and it was the word of the one that is taken out: with this one nothing has ended.

    Call it while they are one: what of the wait is borrowed is given back with the rest. Returns what came meanwhile
    and woke nobody.
    """
    if said.kind == Kind.STAGE:
        _take_back_closing(said, lead, by)
    if said.kind != Kind.CONSENT_ENDED:
        return None
    unheard = _released_since(said)
    note_event(lead, Kind.END_UNDONE, by=by, undoes=said.pk, word_of=whose.pk)
    _wait_again(lead, said, by)
    return unheard


def _take_back_closing(said: LeadEvent, lead: Lead, by: Actor) -> None:
    """Unless staff moved it since. One that is merged itself stays as it is, which Postgres holds."""
    was_moved_since = lead.events.filter(kind=Kind.STAGE, pk__gt=said.pk).exists()
    if lead.merged_into_id is None and lead.stage in Lead.CLOSED and not was_moved_since:
        open_as_before(lead, said.data["from"], by)


def also_said(said: LeadEvent, *, lead: Lead, by: Actor) -> None:
    """Taken out of another lead, it has the word on its own timeline, by which what comes later is held against it.

    Without the words, which may be the other's. Nobody is to answer then, as if it had been said of this one alone.
    """
    is_of_contact = said.kind != Kind.CONSENT_ENDED or "about" not in said.data
    waits_no_more = _wait_no_longer(lead, by) if is_of_contact and not contact_consents(lead) else {}
    if said.kind != Kind.CONSENT_ENDED:
        _close_as_said(said, lead, by)
    if said.kind == Kind.CONSENT_ENDED:
        told: dict[str, Any] = {name: found for name, found in said.data.items() if name in OF_THE_WORD}
        own = note_event(lead, Kind.CONSENT_ENDED, by=by, at=said.at, **{**told, **waits_no_more})
        ended = EndedConsent.objects.filter(event=said, consent__contact_enquiries__lead__in=lead.family())
        # What is undone with either as a slip is its own.
        EndedConsent.objects.filter(pk__in=[*ended.values_list("pk", flat=True)]).update(event=own)


def _close_as_said(said: LeadEvent, lead: Lead, by: Actor) -> None:
    """They asked us to stop all mail. Who wrote since then is looked at by somebody."""
    wrote_since = Enquiry.objects.filter(lead__in=lead.family(), received_at__gt=said.at).exists()
    if lead.is_open and not wrote_since:
        act_as(by)
        lead.stage, lead.closed_reason = Lead.Stage.LOST, Lead.Closed.stored("", Lead.Closed.ASKED_TO_STOP)
        lead.save(update_fields=["stage", "closed_reason"])


def hear_again(lead: Lead, unheard: Enquiry, by: Actor) -> None:
    """What was released while they seemed to want no answer. Not where they asked us to stop since."""
    addresses = [member.email for member in lead.family() if member.email]
    if not stops.said_since(unheard.received_at, addresses, lead.family()):
        wake(lead, unheard, by=by)


def send_what_was_kept(lead: Lead, said: LeadEvent, by: Actor) -> None:
    """A packet that was cancelled, or refused, by a word that was not theirs or a slip."""
    if lead.mail_address and (said.kind != Kind.CONSENT_ENDED or said.data.get("about") == PACKET):
        _send_what_was_cancelled(lead, said, lead.mail_address, by)


def _released_since(said: LeadEvent) -> Enquiry | None:
    """It was held, and woke nobody when it was released, since they seemed to want no answer."""
    came = {"events__kind": Kind.ENQUIRY, "events__at__gt": said.at}
    return Enquiry.objects.filter(consent_contact__ended__event=said, **came).order_by("-received_at").first()


def _wait_again(lead: Lead, said: LeadEvent, by: Actor) -> None:
    clock = from_data(said.data.get("waited", {}))
    asked_at = clock.get("asked_at")
    if asked_at and lead.asked_at is None:
        set_clock(lead, {**clock, "first_answered_at": spoken_with_since(lead, asked_at)})
    if "planned" in said.data and lead.is_open and lead.next_action == Lead.Plan.WAIT:
        words, day, at = said.data["planned"]
        moment = datetime.fromisoformat(at) if at else None
        plan_next(lead, next_action=words, next_action_on=date.fromisoformat(day), next_action_at=moment, by=by)


def _send_what_was_cancelled(lead: Lead, said: LeadEvent, address: str, by: Actor) -> None:
    """Once, and not to whom one went since, or may not go."""
    family = lead.family()
    gone = MailEvent.objects.filter(kind=MailEvent.Kind.CANCELLED, why__in=ON_THEIR_WORD, at__gte=said.at)
    cancelled = gone.filter(outgoing__packet_delivery__lead__in=family)
    refused = LeadEvent.objects.filter(lead__in=family, kind=Kind.PACKET_NOT_SENT, at__gte=said.at)
    is_missing = cancelled.exists() or refused.filter(data__why=LeftOut.NO_PACKET_WANTED).exists()
    newer = PacketDelivery.objects.filter(lead__in=family, created_at__gt=said.at)
    if is_missing and not newer.exists() and not (stops.why_not(lead) or unwanted(lead) or withheld_from(lead)):
        deliver_packet(lead, newest_enquiry(lead), f"packet:undone-{said.pk}-{lead.pk}", by, address)
