"""Mails that come back to BOUNCE_ADDRESS: which of ours each is about, and what it says.

Anybody can write to that address, so a mail counts only if it proves which of ours it is about: by the address that it
came to (see make_bounce_address), by our Message-ID, or by the name that a provider gave it, which nobody can guess.
"""

import hashlib
import re
from collections.abc import Iterable
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from django.db.models import Q

from mailings.actions import Report
from mailings.bounce_addresses import read_bounce_address
from mailings.bounces.mails import header, headers
from mailings.bounces.notices import asks_to_subscribe, names_of, notice_in
from mailings.bounces.reports import Finding, find_out
from mailings.models import MailEvent, OutgoingEmail

__all__ = ["NO_REPORT", "Finding", "read", "understood"]

# Where the servers on the way write down to whom it came.
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
OUR_MESSAGE_ID = re.compile(rb"<([0-9a-f]{32})@[\w.-]{1,190}>")
# A bounce quotes the original at its end, and the packet in that may be large; what counts stands before.
MOST_READ = 1024 * 1024
MOST_QUOTED = 20
NO_REPORT = "it is an automatic reply, or a person's"


def understood(content: bytes) -> Finding | None:
    """What a mail says, whichever mail it is about; None for what is no report. Raises what Python's parser does."""
    return find_out(parsed(content))


def read(content: bytes, recipients: Iterable[str] = ()) -> Report | str:
    """The report, or why there is none. Any bytes will do."""
    try:
        mail = parsed(content)
        ours = proven_by(mail, content[:MOST_READ], recipients)
        finding = find_out(mail)
    except Exception as error:  # Python's parser has its limits, such as the depth of what lies in one another
        return f"it cannot be read ({type(error).__name__})"
    if finding is None:
        link = asks_to_subscribe(notice_in(mail))
        return f"Amazon SNS asks to confirm its subscription; open this once: {link}" if link else NO_REPORT
    outgoing = OutgoingEmail.objects.filter(ours).first()
    if outgoing is None:
        return "it is about no mail of ours"
    name = header(mail, "Message-ID") or hashlib.sha256(content).hexdigest()
    proof = hashlib.sha256(f"{outgoing.uuid} {name}".encode()).hexdigest()
    return as_report(f"{MailEvent.RETURNED}{proof}", finding, outgoing)


def parsed(content: bytes) -> Message:
    """Some put a line of nothing before the headers, at which Python's parser ends them."""
    return message_from_bytes(content[:MOST_READ].lstrip())


def as_report(report_id: str, finding: Finding, outgoing: OutgoingEmail) -> Report:
    return Report(
        report_id,
        finding.kind,
        outgoing,
        is_permanent=finding.is_permanent,
        status=finding.status,
        reply=finding.reply,
        meaning=finding.meaning,
    )


def proven_by(mail: Message, content: bytes, recipients: Iterable[str]) -> Q:
    written_to = [text for name in RECIPIENT_HEADERS for text in headers(mail, name)]
    named = map(read_bounce_address, (address for _name, address in getaddresses([*recipients, *written_to])))
    quoted = [match[0].decode() for match in OUR_MESSAGE_ID.finditer(content)]
    by_us = Q(uuid__in=[identifier for identifier in named if identifier]) | Q(message_id__in=quoted[:MOST_QUOTED])
    # Some providers number their mails one after the other: of thousands of guesses one would be right.
    told = names_of(notice_in(mail))[:MOST_QUOTED]
    return by_us | Q(message_id__in=told) | Q(provider_message_id__in=told)
