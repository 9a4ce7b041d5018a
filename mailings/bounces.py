"""Mails that come back to BOUNCE_ADDRESS: which of ours each is about, and what it says.

Anybody can write to that address, so a mail counts only if it proves which of ours it is about: by the address that it
came to (see make_bounce_address), or by our Message-ID, which nobody can guess.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from typing import NamedTuple

from django.db.models import Q

from mailings.actions import Report
from mailings.bounce_addresses import read_bounce_address
from mailings.models import MailEvent, OutgoingEmail
from mailings.provider_reports import ENHANCED_STATUS, plain
from mailings.transport import is_no_such_address

Kind = MailEvent.Kind
# Where the servers on the way write down to whom it came.
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
ACTIONS = {"failed": Kind.BOUNCED, "delayed": Kind.DELAYED, "delivered": Kind.DELIVERED}
# RFC 5965; "not-spam", "auth-failure" and others are no complaint of a person's.
COMPLAINTS = {"abuse": Kind.COMPLAINED, "fraud": Kind.COMPLAINED, "opt-out": Kind.UNSUBSCRIBED}
AWAY = re.compile(
    r"out of (the )?office|auto(matic|mated)?[- ]?(reply|response)|vacation|abwesen|absence|on leave", re.I
)
OUR_MESSAGE_ID = re.compile(rb"<([0-9a-f]{32})@[\w.-]{1,190}>")
# A bounce quotes the original at its end, and the packet in that may be large; what counts stands before.
MOST_READ = 1024 * 1024
MOST_QUOTED = 20


class Finding(NamedTuple):
    kind: MailEvent.Kind
    status: str = ""
    reply: str = ""

    @property
    def is_permanent(self) -> bool:
        return self.kind == Kind.BOUNCED and is_no_such_address(self.status)


def read(content: bytes, recipients: Iterable[str] = ()) -> Report | str:
    """The report, or why there is none. Any bytes will do."""
    try:
        mail = message_from_bytes(content[:MOST_READ])
        ours = proven_by(mail, content[:MOST_READ], recipients)
        finding = find_out(mail)
    except Exception as error:  # Python's parser has its limits, such as the depth of what lies in one another
        return f"it cannot be read ({type(error).__name__})"
    if finding is None:
        return "it is an automatic reply, or a person's"
    outgoing = OutgoingEmail.objects.filter(ours).first()
    if outgoing is None:
        return "it is about no mail of ours"
    name = header(mail, "Message-ID") or hashlib.sha256(content).hexdigest()
    proof = hashlib.sha256(f"{outgoing.uuid} {name}".encode()).hexdigest()
    return Report(
        f"bounce:{proof}",
        finding.kind,
        outgoing,
        is_permanent=finding.is_permanent,
        status=finding.status,
        reply=finding.reply,
    )


def proven_by(mail: Message, content: bytes, recipients: Iterable[str]) -> Q:
    written_to = [text for name in RECIPIENT_HEADERS for text in headers(mail, name)]
    named = map(read_bounce_address, (address for _name, address in getaddresses([*recipients, *written_to])))
    quoted = [match[0].decode() for match in OUR_MESSAGE_ID.finditer(content)]
    return Q(uuid__in=[identifier for identifier in named if identifier]) | Q(message_id__in=quoted[:MOST_QUOTED])


def find_out(mail: Message) -> Finding | None:
    """Formats first: a server's own report may well call itself an automatic reply, as RFC 3834 wants it."""
    for part in parts(mail):
        if part.get_content_type() == "message/delivery-status":
            return delivery_status(part)
        if part.get_content_type() == "message/feedback-report":
            return complaint(part)
    if is_automatic_reply(mail):
        return None
    status, line = status_in(first_text(mail))
    # "I am away", in whatever language, comes from nobody too, but knows no code.
    if is_from_a_daemon(mail) or (status and header(mail, "Return-Path") == "<>"):
        return Finding(Kind.BOUNCED, status, line)
    return None


def parts(mail: Message) -> Iterator[Message]:
    """Without those of the mail that came back, in which somebody may have attached anything."""
    yield mail
    if mail.is_multipart() and mail.get_content_maintype() == "multipart":
        for part in mail.get_payload():
            yield from parts(part)  # type: ignore[arg-type]


def delivery_status(part: Message) -> Finding | None:
    """RFC 3464: one block about the mail, then one a recipient; the worst of them counts, for ours have one."""
    blocks = [block for block in subparts(part) if header(block, "Action")]
    if not blocks:
        return Finding(Kind.BOUNCED)
    for action, kind in ACTIONS.items():
        for block in blocks:
            if header(block, "Action").lower().startswith(action):
                return Finding(kind, *status_of(block))
    return None


def status_of(block: Message) -> tuple[str, str]:
    """Exim writes 5.0.0 for everything, and what the other server said behind it."""
    reply = header(block, "Diagnostic-Code")
    stated = status_in(header(block, "Status"))[0]
    return (stated if stated and not stated.endswith(".0.0") else status_in(reply)[0] or stated), reply


def complaint(part: Message) -> Finding | None:
    said = [header(block, "Feedback-Type").lower() for block in [part, *subparts(part)]]
    kinds = [COMPLAINTS[word] for word in said if word in COMPLAINTS]
    return Finding(kinds[0]) if kinds else None


def is_automatic_reply(mail: Message) -> bool:
    return bool(
        header(mail, "Auto-Submitted").lower().startswith("auto-replied")
        or header(mail, "X-Autoreply")
        or header(mail, "X-Autorespond")
        or header(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
        # A server that returns a mail answers nobody.
        or header(mail, "In-Reply-To")
        or AWAY.search(header(mail, "Subject"))
    )


def is_from_a_daemon(mail: Message) -> bool:
    sender = header(mail, "From").lower()
    return "mailer-daemon" in sender or "postmaster" in sender


def subparts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def first_text(mail: Message) -> str:
    for part in parts(mail):
        if part.get_content_maintype() == "text":
            content = part.get_payload(decode=True)
            return content.decode(errors="replace") if isinstance(content, bytes) else ""
    return ""


def status_in(text: str) -> tuple[str, str]:
    """The enhanced status and the line that it stands in."""
    for line in text.splitlines():
        found = ENHANCED_STATUS.search(line)
        if found:
            return found[0], plain(line.strip(), 1000)
    return "", ""


def headers(mail: Message, name: str) -> list[str]:
    return [plain(str(value), 1000) for value in mail.get_all(name, [])]


def header(mail: Message, name: str) -> str:
    return " ".join(next(iter(headers(mail, name)), "").split())
