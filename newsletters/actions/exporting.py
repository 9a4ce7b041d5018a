"""What we hold of somebody for the newsletter, in words they can read; enquiries.actions has all of it."""

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from foundation.actors import VISITOR
from foundation.models import ClinicProfile, ConsentWording
from foundation.tokens import hash_address
from mailings.emails import kinds
from mailings.models import Consent, OutgoingEmail, Suppression
from newsletters.actions.subscriptions import locked
from newsletters.models import DigestRecipient, ImportedConsent, NewsletterRecipient, Subscriber
from newsletters.signals import subscriber_exported


@transaction.atomic
def export_subscriber(*, subscriber: uuid.UUID, request: Any = None) -> dict[str, Any] | None:
    """Fit for JSON. Of the newsletter alone: the link may have been forwarded, and what people ask us is nobody's."""
    found = locked(uuid=subscriber)
    if found is None:
        return None
    address_hash = hash_address(found.email)
    subscriber_exported.send(sender=Subscriber, by=VISITOR, request=request, address_hash=address_hash)
    return _gathered(found, address_hash)


def _gathered(subscriber: Subscriber, address_hash: str) -> dict[str, Any]:
    consents = Consent.objects.filter(email=subscriber.email, wording__kind=ConsentWording.Kind.NEWSLETTER)
    mails = OutgoingEmail.objects.to(subscriber.email).filter(kind__startswith="newsletter")
    # What they told staff, and of what else they asked us, is for themselves alone: export_person has it.
    suppressions = Suppression.objects.filter(
        address_hash=address_hash, reason__in=Suppression.STOPS_NEWSLETTER_ONLY
    ).order_by("created_at")
    return {
        "exported_at": iso(timezone.now()),
        "exported_by": ClinicProfile.objects.current().name,
        "newsletter": without(of_subscriber(subscriber), "said", "said_on", "held_because"),
        "consents_given_elsewhere": consents_given_elsewhere([address_hash]),
        "consents": [of_consent(consent) for consent in consents.select_related("wording").order_by("given_at")],
        "mails": [without(of_mail(mail), "last_reply", "what_happened") for mail in mails.order_by("created_at")],
        "not_to_be_mailed": [of_suppression(found) for found in suppressions],
    }


def without(found: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name not in names}


def of_subscriber(subscriber: Subscriber) -> dict[str, Any]:
    return {
        "e_mail_address": subscriber.email,
        "state": str(subscriber.get_state_display()),
        "held_because": subscriber.held_because,
        "language": subscriber.language,
        "topics": [topic.name for topic in subscriber.topics.all()],
        "how_often": str(subscriber.get_rhythm_display()),
        "paused_until": iso(subscriber.paused_until),
        "signed_up_at": iso(subscriber.created_at),
        "confirmed_at": iso(subscriber.confirmed_at),
        "unsubscribed_at": iso(subscriber.unsubscribed_at),
        "issues": [of_issue(recipient) for recipient in subscriber.received.select_related("newsletter", "outgoing")],
        "monthly_e_mails": [of_digest(found) for found in subscriber.digests.select_related("digest", "outgoing")],
        "said": subscriber.said,
        "said_on": iso(subscriber.said_on),
    }


def of_issue(recipient: NewsletterRecipient) -> dict[str, Any]:
    return {
        "subject": recipient.newsletter.subject,
        "state": str(recipient.outgoing.get_state_display()),
        "sent_at": iso(recipient.outgoing.sent_at),
    }


def of_digest(recipient: DigestRecipient) -> dict[str, Any]:
    return {
        "month": str(recipient.digest),
        "state": str(recipient.outgoing.get_state_display()),
        "sent_at": iso(recipient.outgoing.sent_at),
    }


def consents_given_elsewhere(hashes: Iterable[str]) -> list[dict[str, Any]]:
    found = ImportedConsent.objects.filter(address_hash__in=hashes).select_related("of").order_by("pk")
    return [
        {"wording": consent.of.words, "where": consent.of.place, "given_on": iso(consent.agreed_on)}
        for consent in found
    ]


def of_consent(consent: Consent) -> dict[str, Any]:
    return {
        "to": str(consent.wording.get_kind_display()),
        "wording_number": consent.wording.number,
        "wording": consent.wording.text,
        "language": consent.wording.language,
        "given": str(consent.get_given_display()),
        "given_at": iso(consent.given_at),
        "page": consent.source_path,
        "e_mail_address": consent.email,
    }


def of_mail(mail: OutgoingEmail) -> dict[str, Any]:
    """Its fate; what it said is rendered when it is sent and kept nowhere."""
    return {
        "kind": str(kinds[mail.kind].label) if mail.kind in kinds else mail.kind,
        "to": mail.email,
        "state": str(mail.get_state_display()),
        "language": mail.language,
        "queued_at": iso(mail.created_at),
        "sent_at": iso(mail.sent_at),
        "message_id": mail.message_id,
        "last_reply": mail.in_words,
        "what_happened": [
            {"at": iso(event.at), "what": str(event.get_kind_display()), "reply": event.in_words}
            for event in sorted(mail.events.all(), key=lambda event: event.pk)
        ],
    }


def of_suppression(suppression: Suppression) -> dict[str, Any]:
    return {
        "stands": suppression.lifted_at is None,
        "reason": str(suppression.get_reason_display()),
        "since": iso(suppression.created_at),
        "lifted_at": iso(suppression.lifted_at),
    }


def iso(moment: datetime | date | None) -> str | None:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat(timespec="seconds")
    return moment.isoformat() if moment else None
