"""What Amazon SES says of a mail, where its SNS topic writes to our mailbox: JSON, plain or in an envelope of SNS."""

import json
import re
from email.message import Message
from typing import Any

from mailings.bounces.mails import is_text, parts, text_of
from mailings.models import MailEvent
from mailings.provider_reports import message_ids, plain, within

Kind = MailEvent.Kind
# By what SES calls it: the kind, where the rest stands, and its recipients.
KINDS: dict[str, tuple[MailEvent.Kind | None, str, str]] = {
    "Bounce": (Kind.BOUNCED, "bounce", "bouncedRecipients"),
    "Complaint": (Kind.COMPLAINED, "complaint", "complainedRecipients"),
    "Delivery": (Kind.DELIVERED, "delivery", "recipients"),
    "DeliveryDelay": (Kind.DELAYED, "deliveryDelay", "delayedRecipients"),
}
# Anybody can write to the mailbox, and whoever reads of a link opens it.
LINK = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[!-~]*")


def notice_in(mail: Message) -> Any:
    """None without one. It begins the text: what somebody quotes further down is none."""
    said = _object_in(next((text_of(part) for part in parts(mail) if is_text(part)), ""))
    inner = _object_in(said["Message"]) if said and isinstance(said.get("Message"), str) else None
    return inner or said


def _object_in(text: str) -> Any:
    """SNS writes behind it how to unsubscribe; a mail server may have broken its lines."""
    try:
        found, _end = json.JSONDecoder(strict=False).raw_decode(text.strip())
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _known(said: Any) -> tuple[MailEvent.Kind | None, str, str]:
    name = within(said, "eventType") or within(said, "notificationType")
    return KINDS.get(plain(name, 40), (None, "", ""))


def kind_of(said: Any) -> MailEvent.Kind | None:
    kind, where, _recipients = _known(said)
    return None if within(said, where, "complaintFeedbackType") == "not-spam" else kind


def of_recipient(said: Any) -> dict[str, Any]:
    """Of the first: each mail of ours has but one."""
    _kind, where, recipients = _known(said)
    found = within(said, where, recipients)
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def names_of(said: Any) -> list[str]:
    """What the mail that it is about is called: by SES, and by us."""
    ours = [within(said, "mail", "commonHeaders", "messageId"), *message_ids(said)]
    return list(filter(None, (plain(name, 200) for name in (within(said, "mail", "messageId"), *ours))))


def asks_to_subscribe(said: Any) -> str:
    """The link by which a person confirms that the topic may write here; empty for all else."""
    link = plain(within(said, "SubscribeURL"), 1000)
    return link if within(said, "Type") == "SubscriptionConfirmation" and LINK.fullmatch(link) else ""
