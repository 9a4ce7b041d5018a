"""What a provider's web hook tells, as one of our reports. The teller is already known to be the provider."""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType
from django.db.models import Q
from django.utils import timezone

from mailings.actions import Report
from mailings.answers import ENHANCED_STATUS, Answer, understand_reply
from mailings.models import MailEvent, OutgoingEmail
from mailings.models.meaning import ABOUT_THE_ADDRESS

Kind = MailEvent.Kind
# What is not here, such as opened, clicked and auto-replied, is nobody's business or no news.
KINDS = {
    EventType.DELIVERED: Kind.DELIVERED,
    EventType.DEFERRED: Kind.DELAYED,
    EventType.BOUNCED: Kind.BOUNCED,
    EventType.REJECTED: Kind.BOUNCED,
    EventType.FAILED: Kind.BOUNCED,
    EventType.COMPLAINED: Kind.COMPLAINED,
    EventType.UNSUBSCRIBED: Kind.UNSUBSCRIBED,
}
# anymail has one word for hard and soft bounces, so each provider's own words decide.
SAYS_PERMANENT: dict[str, Callable[[Any], bool]] = {
    "amazon_ses": lambda said: said["bounce"]["bounceType"] == "Permanent",
    "brevo": lambda said: said["event"] in ("hard_bounce", "invalid_email"),
    "mailersend": lambda said: said["data"]["type"] == "hard_bounced",
    "mailgun": lambda said: (
        said["event-data"]["severity"] == "permanent" and said["event-data"]["reason"] in ("bounce", "suppress-bounce")
    ),
    "mailjet": lambda said: said["hard_bounce"] is True,
    "mailtrap": lambda said: said["event"] == "bounce",
    "mandrill": lambda said: said["event"] == "hard_bounce",
    "postmark": lambda said: (
        "HardBounce" in (said.get("Type"), said.get("SuppressionReason")) or said.get("Type") == "BadEmailAddress"
    ),
    "resend": lambda said: said["data"]["bounce"]["type"] == "Permanent",
    "sendgrid": lambda said: said["event"] == "bounce" and said["type"] == "bounce",
    # Invalid Recipient, and Generic Bounce: No RCPT.
    "sparkpost": lambda said: next(iter(said["msys"].values()))["bounce_class"] in ("10", "30"),
    "unisender_go": lambda said: (
        said["delivery_info"]["delivery_status"] in ("err_user_unknown", "err_user_inactive", "err_domain_inactive")
    ),
}
# A provider's clock may be off, and it repeats for days; beyond that the time is nonsense.
EARLIEST, LATEST = timedelta(days=60), timedelta(days=1)


def as_report(provider: str, event: AnymailTrackingEvent) -> Report | None:
    """None for what does not matter, and for what is about nobody. Raises on hostile types, as reading them does."""
    kind = KINDS.get(event.event_type)
    outgoing = find(event)
    address = plain(event.recipient, 254).strip()
    if kind is None or is_not_spam(event) or not (outgoing or "@" in address):
        return None
    status, reply = status_of(event), plain(event.mta_response or event.description, 1000)
    answer = understand_reply(reply, status)
    return Report(
        report_id=report_id(provider, kind, event),
        kind=kind,
        outgoing=outgoing,
        address=address,
        is_permanent=kind == Kind.BOUNCED and is_permanent(provider, event.esp_event, answer),
        status=status,
        reply=reply,
        meaning=answer.meaning,
        at=moment(event.timestamp),
    )


def find(event: AnymailTrackingEvent) -> OutgoingEmail | None:
    """By our own mark, else by the provider's name for the mail, else by our Message-ID."""
    mark = event.metadata.get("outgoing") if isinstance(event.metadata, dict) else None
    try:
        return OutgoingEmail.objects.get(uuid=uuid.UUID(str(mark)))
    except (ValueError, OutgoingEmail.DoesNotExist):
        names = {plain(name, 200) for name in (event.message_id, *message_ids(event.esp_event))} - {""}
    ours = names | {f"<{name}>" for name in names}
    return OutgoingEmail.objects.filter(Q(provider_message_id__in=names) | Q(message_id__in=ours)).first()


def message_ids(said: Any) -> list[Any]:
    """Our Message-ID, as SendGrid, Amazon and Postal quote it beside their own name for the mail."""
    headers = within(said, "mail", "headers") or []
    quoted = [header["value"] for header in headers if header["name"].lower() == "message-id"]
    return [within(said, "smtp-id"), within(said, "payload", "message", "message_id"), *quoted]


def within(said: Any, *names: str) -> Any:
    for name in names:
        said = said.get(name) if isinstance(said, dict) else None
    return said


def is_not_spam(event: AnymailTrackingEvent) -> bool:
    """A complaint may also say that the mail was moved back out of the spam folder."""
    return event.event_type == EventType.COMPLAINED and event.description == "not-spam"


def is_permanent(provider: str, said: Any, answer: Answer) -> bool:
    """What the recipient's server said is believed before what the provider makes of it."""
    if answer.is_dead or (answer.meaning and answer.meaning not in ABOUT_THE_ADDRESS):
        return answer.is_dead
    try:
        return SAYS_PERMANENT[provider](said)
    except (KeyError, TypeError, StopIteration, AttributeError):
        return False


def status_of(event: AnymailTrackingEvent) -> str:
    said = event.esp_event if isinstance(event.esp_event, dict) else {}
    for text in (said.get("status"), event.mta_response, event.description):
        found = ENHANCED_STATUS.search(plain(text, 1000))
        if found:
            return found[0]
    return ""


def report_id(provider: str, kind: str, event: AnymailTrackingEvent) -> str:
    name = plain(event.event_id, 150)
    # One notice of Amazon's may be about several recipients.
    if name and provider != "amazon_ses":
        return f"{provider}:{name}"
    facts = [name or str(event.timestamp), kind, plain(event.message_id, 200), plain(event.recipient, 254)]
    return f"{provider}:{hashlib.sha256(json.dumps(facts).encode()).hexdigest()}"


def moment(at: Any) -> datetime | None:
    if not isinstance(at, datetime):
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    now = timezone.now()
    return aware if now - EARLIEST < aware < now + LATEST else None


def plain(value: Any, longest: int) -> str:
    """Text that Postgres can store; nothing for what is no text."""
    if not isinstance(value, (str, int)):
        return ""
    return str(value).replace("\0", "").encode(errors="replace").decode()[:longest]
