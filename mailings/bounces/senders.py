"""Who sent it: a mail server, which reports, or a person or their machine, whose words are none of ours to judge."""

import re
from email.message import Message

from mailings.answers import meanings_in
from mailings.bounces.mails import header

# The usual names of what sends reports; somebody's own postmaster writes from an address, so only without one.
DAEMON = re.compile(r"mail(er)?[-_. ]?(d[ae]e?mon|delivery)|mdaemon|mail administrator|mail[-_ ]?robot|double-bounce")
POSTMASTER = re.compile(
    r"post[-_ ]?master|mail delivery|delivery (agent|service|system)|system administrator|mail system"
)


def is_from_a_server(mail: Message) -> bool:
    sender = header(mail, "From").lower()
    if header(mail, "X-Failed-Recipients") or DAEMON.search(sender) or ("From" in mail and sender in ("", "<>")):
        return True
    if POSTMASTER.search(sender):
        return is_from_nobody(mail) or tells_of_failure(mail)
    return is_from_nobody(mail) and tells_of_failure(mail) and not is_automatic_reply(mail)


def is_from_nobody(mail: Message) -> bool:
    """By the envelope; where no header tells its sender, it may be so."""
    path = header(mail, "Return-Path").lower()
    return path in ("", "<>") or "daemon" in path


def tells_of_failure(mail: Message) -> bool:
    return "failed" in meanings_in(header(mail, "Subject"))


def says_away(mail: Message) -> bool:
    said = f"{header(mail, 'Subject')} {header(mail, 'Auto-Submitted').partition('(')[2]}"
    return "away" in meanings_in(said)


def is_automatic_reply(mail: Message) -> bool:
    """Of a person's machine. Servers mark their own reports like that, too, so this is not asked of them."""
    return bool(
        header(mail, "Auto-Submitted").lower().startswith("auto-")
        or header(mail, "X-Autoreply")
        or header(mail, "X-Autorespond")
        or header(mail, "X-Auto-Response-Suppress")
        or header(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
        # A server that returns a mail answers nobody.
        or header(mail, "In-Reply-To")
        or says_away(mail)
    )
