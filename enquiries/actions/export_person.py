"""Everything we hold about one person, in words they can read: what they may ask for by law."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, Q, TextField
from django.utils import timezone

from enquiries import words
from enquiries.models import ContactChoice, Enquiry, Lead, LeadEvent, LeadMail, PacketDelivery, contact_choices, tags_of
from enquiries.models.call_hours import call_hours_in_words
from enquiries.renditions import sha256_of
from enquiries.signals import person_exported
from foundation.actors import JOB, Actor
from foundation.addresses import with_ascii_domain
from foundation.models import ClinicProfile
from foundation.prepared import Rows, Several
from foundation.tokens import hash_address
from mailings.models import Consent, OutgoingEmail, Suppression
from newsletters.actions.exporting import (
    consents_given_elsewhere,
    iso,
    of_consent,
    of_mail,
    of_subscriber,
    of_suppression,
)
from newsletters.models import Subscriber

# Says who of us did something; whom of us is not the person's affair.
US = "the clinic"
THEM = "you"
# Each is written once a process: to write it takes Django longer than Postgres takes to answer it.
LEADS, NUMBERS = Several("leads", BigIntegerField()), Several("numbers", BigIntegerField())
ADDRESSES = Several("addresses", TextField())
OF_ADDRESSES = Q(email__in=ADDRESSES)
WRITTEN = Rows(lambda: Enquiry.objects.filter(Q(lead__in=LEADS) | OF_ADDRESSES).order_by("received_at"))
TOLD = Rows(lambda: LeadEvent.objects.of(LEADS).order_by("at", "pk"))
GIVEN = Rows(
    lambda: (
        Consent.objects.filter(Q(pk__in=NUMBERS) | OF_ADDRESSES)
        .select_related("wording", "ended__event")
        .order_by("given_at")
    )
)
SUBSCRIBERS = Rows(lambda: Subscriber.objects.filter(OF_ADDRESSES | Q(consent__in=NUMBERS)))
DELIVERIES = Rows(
    lambda: (
        PacketDelivery.objects.filter(lead__in=LEADS)
        .order_by("created_at")
        .select_related("version__packet", "enquiry")
        .defer("version__pdf")
    )
)
BY_STAFF = Rows(
    lambda: LeadMail.objects.filter(lead__in=LEADS).order_by("created_at").select_related("template", "outgoing")
)
# Also what went to an address since corrected; never a notice to staff.
MAILS = Rows(
    lambda: (
        OutgoingEmail.objects.to_people()
        .filter(Q(pk__in=NUMBERS) | OF_ADDRESSES)
        .order_by("created_at")
        .prefetch_related("events")
    )
)
BY_THEM = {LeadEvent.Kind.ENQUIRY, LeadEvent.Kind.CONSENT, LeadEvent.Kind.PACKET_DOWNLOADED, LeadEvent.Kind.DISOWNED}


@transaction.atomic
def export_person(
    *, address: str = "", lead: Lead | None = None, by: Actor = JOB, request: Any = None
) -> dict[str, Any]:
    """By address, or a lead that has none; fit for JSON; times are ISO 8601, UTC, or in words by the clinic's clock."""
    address = with_ascii_domain(address.strip() or (lead.email if lead else "") or "").lower()
    zone = ClinicProfile.objects.current().zone
    with timezone.override(zone):
        found = {**gather(address, lead), "times_in_words_are_of": str(zone)}
    told = {"by": by, "request": request, "lead": lead, "address_hash": hash_address(address) if address else ""}
    person_exported.send(sender=Lead, **told)
    return found


def gather(address: str, lead: Lead | None = None) -> dict[str, Any]:
    leads = leads_of(address, lead)
    numbers = [found.pk for found in leads]
    own = {None, *numbers}
    addresses = sorted({address, *(found.email or "" for found in leads)} - {""})
    written = WRITTEN.ask(leads=numbers, addresses=addresses)
    # Somebody else once mistyped this address: their words are not this person's.
    enquiries = [enquiry for enquiry in written if enquiry.lead_id in own]
    others = [enquiry for enquiry in written if enquiry.lead_id not in own]
    given = GIVEN.ask(numbers=list(consents_in(enquiries)), addresses=addresses)
    of_others = consents_in(others)
    consents = [consent for consent in given if consent.pk not in of_others]
    subscribers = SUBSCRIBERS.ask(addresses=addresses, numbers=[consent.pk for consent in consents])
    deliveries = DELIVERIES.ask(leads=numbers)
    choices = contact_choices(leads)
    sent = BY_STAFF.ask(leads=numbers)
    return {
        "exported_at": iso(timezone.now()),
        "exported_by": ClinicProfile.objects.current().name,
        "e_mail_address": address,
        "leads": [of_lead(found, choices.get(found.pk)) for found in leads],
        "enquiries": [of_enquiry(enquiry) for enquiry in enquiries],
        "consents": [with_its_end(consent) for consent in consents],
        "consents_given_elsewhere": consents_given_elsewhere(map(hash_address, addresses)),
        "newsletter": [of_subscriber(subscriber) for subscriber in subscribers],
        "information_packets": [of_delivery(found) for found in deliveries],
        "mails_by_staff": [of_lead_mail(found) for found in sent],
        "mails": [of_mail(mail) for mail in mails_of(addresses, deliveries, sent, subscribers)],
        "not_to_be_mailed": [of_suppression(found) for found in suppressions_of(addresses)],
    }


def consents_in(enquiries: Iterable[Enquiry]) -> set[int]:
    """By number; as a query inside the next one Postgres would plan each of them three times over."""
    given = ((one.consent_packet_id, one.consent_contact_id, one.consent_newsletter_id) for one in enquiries)
    return {consent for of_one in given for consent in of_one if consent}


def leads_of(address: str, lead: Lead | None) -> list[Lead]:
    """With all that are merged with them: asked by any of their addresses, it is the same person."""
    found = Lead.objects.filter(Q(email=address) if address else Q(pk=lead.pk if lead else None)).first()
    return found.survivor().family() if found else []


def mails_of(
    addresses: list[str], deliveries: list[PacketDelivery], sent: list[LeadMail], subscribers: list[Subscriber]
) -> list[OutgoingEmail]:
    theirs = {one.outgoing_id for one in deliveries} | {one.outgoing_id for one in sent}
    theirs |= {mail for one in subscribers for mail in (one.confirmation_id, one.welcome_id) if mail}
    return MAILS.ask(numbers=list(theirs), addresses=addresses)


def suppressions_of(addresses: list[str]) -> Iterable[Suppression]:
    return Suppression.objects.filter(address_hash__in=map(hash_address, addresses)).order_by("created_at")


def of_lead(lead: Lead, choice: ContactChoice | None) -> dict[str, Any]:
    return {
        "number": lead.pk,
        "name": lead.name,
        "e_mail_address": lead.email or "",
        "telephone": lead.phone,
        "country": lead.country,
        "contact": str(choice.label) if choice else "",
        "prefers_to_be_called": call_hours_in_words(lead.call_hours),
        "stage": str(lead.get_stage_display()),
        "reason_for_closing": lead.reason,
        "next_action": lead.plan,
        "next_action_on": iso(lead.next_action_on),
        "next_action_at": iso(lead.next_action_at),
        "since": iso(lead.created_at),
        "waiting_since": iso(lead.asked_at),
        "first_answer_due_at": iso(lead.first_answer_due_at),
        "first_answered_at": iso(lead.first_answered_at),
        "erased_at": iso(lead.erased_at),
        "tags": tags_of([lead]).get(lead.pk, []),
        "timeline": timeline(lead),
    }


def timeline(lead: Lead) -> list[dict[str, Any]]:
    events = TOLD.ask(leads=[lead.pk])
    words.say(events)
    return [of_event(event) for event in events]


def of_event(event: LeadEvent) -> dict[str, Any]:
    is_about_staff = event.kind == LeadEvent.Kind.OWNER
    names = ("from", "to", "reason", "before", "after", "outcome", "direction", "called")
    kept = {name: event.data[name] for name in names if name in event.data}
    if "reason" in kept:
        kept["reason"] = Lead.Closed.in_words(kept["reason"])
    return {
        "at": iso(event.at),
        "what": str(event.get_kind_display()),
        "by": US if event.actor_id else THEM if event.kind in BY_THEM else "by itself",
        "text": "" if is_about_staff else event.said,
        **({"details": kept} if kept else {}),
    }


def of_enquiry(enquiry: Enquiry) -> dict[str, Any]:
    return {
        "received_at": iso(enquiry.received_at),
        "form": str(enquiry.get_form_display()),
        "as_typed": enquiry.fields,
        "page": enquiry.source_path,
        "came_by": enquiry.utm,
        "language": enquiry.language,
        "verdict": str(enquiry.get_verdict_display()),
        "held_because": enquiry.held_because,
    }


def with_its_end(consent: Consent) -> dict[str, Any]:
    """That it was taken back is known to this room alone."""
    ended = getattr(consent, "ended", None)
    return {**of_consent(consent), "taken_back_at": iso(ended.event.at if ended else None)}


def of_delivery(delivery: PacketDelivery) -> dict[str, Any]:
    return {
        "packet": str(delivery.version),
        "sha256": sha256_of(delivery),
        "queued_at": iso(delivery.created_at),
        "first_downloaded_at": iso(delivery.first_downloaded_at),
    }


def of_lead_mail(sent: LeadMail) -> dict[str, Any]:
    return {
        "text": sent.template.name,
        "edition": sent.template.number,
        "subject_as_approved": sent.template.subject,
        "text_as_approved": sent.template.body,
        "to": sent.outgoing.email,
        "queued_at": iso(sent.created_at),
    }
