"""What people, through their mail program, say of a mail: that it is spam, or that they want no more."""

import re
from email.message import Message

from mailings.bounces.mails import header, part_of, subparts
from mailings.models import MailEvent

Kind = MailEvent.Kind
# RFC 5965; "not-spam", "auth-failure" (which is DMARC's) and others are no complaint of a person's.
COMPLAINTS = {
    "abuse": Kind.COMPLAINED,
    "fraud": Kind.COMPLAINED,
    "virus": Kind.COMPLAINED,
    "opt-out": Kind.UNSUBSCRIBED,
    "opt-out-list": Kind.UNSUBSCRIBED,
}
# Microsoft's have no part for machines.
STAFF_OF_MICROSOFT = re.compile(r"\bstaff@(hotmail|outlook|live|msn)\.com\b", re.IGNORECASE)


def kind_of_feedback(part: Message) -> MailEvent.Kind | None:
    said = [header(block, "Feedback-Type").lower() for block in [part, *subparts(part)]]
    return next((COMPLAINTS[word] for word in said if word in COMPLAINTS), None)


def is_leaving(mail: Message) -> bool:
    """Apple's mail program writes, where others press the button of List-Unsubscribe."""
    return header(mail, "X-Apple-Unsubscribe").lower() == "true"


def is_of_microsoft(mail: Message) -> bool:
    # Of old ones only the envelope is theirs, and all below it is the mail that we sent.
    if header(mail, "X-HmXmrOriginalRecipient"):
        return True
    returns_it = part_of(mail, "message/rfc822") is not None
    named = "complaint about message" in header(mail, "Subject").lower()
    return returns_it and bool(named or STAFF_OF_MICROSOFT.search(header(mail, "From")))
