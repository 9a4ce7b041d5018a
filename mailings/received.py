"""What a receiver sees of a mail of ours, read from the mail as it arrived.

What is checked is one table, CHECKS. Nothing is asked of DNS: the receiving host did so, and wrote down what it found
(Authentication-Results, RFC 8601). Its own headers are the topmost of the kind and those right below it in its name or
domain, for each filter of a host may write one; the others came with the mail, so that anybody may have written them.
"""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

ONE_CLICK = "List-Unsubscribe=One-Click"
LIST_HEADERS = ("list-unsubscribe", "list-unsubscribe-post")
SOME_OF = {"from", "to", "subject", "date", "received", "return-path"}
QUOTED = r'"(?:\\.|[^"\\])*"'
# What is quoted may be the beginning of an address: "a b"@clinic.example.
VALUE = rf"(?:{QUOTED}|[^\s\";])+"
PIECE, PIECE_OF_COMMENT = (re.compile(rf"{begins}\\.|.", re.DOTALL) for begins in (f"{QUOTED}|", ""))
PAIR = re.compile(rf"([\w.-]+)(?:/\d+)?\s*=\s*({VALUE})")
TOLD = "authentication-results"
# Under these, firms stand one level deeper than elsewhere: clinic.co.uk. The receiver knows the whole list of them.
DEEPER = {"ac", "co", "com", "edu", "gov", "ne", "net", "or", "org"}


class Unreadable(Exception):
    """A sentence that says why."""


class Finding(NamedTuple):
    is_good: bool
    words: str


class Result(NamedTuple):
    """What the host found by one method, such as spf, and of what: smtp.mailfrom, header.d."""

    method: str
    result: str
    of: dict[str, str]


class Received:
    def __init__(self, content: bytes) -> None:
        self.mail = message_from_bytes(content)
        if not SOME_OF & {name.lower() for name in self.mail}:
            raise Unreadable("This is not a mail: it does not begin with headers such as From.")
        senders = addresses(self.mail, "From")
        if len(self.mail.get_all("From", [])) > 1 or len(senders) > 1:
            raise Unreadable("This mail has two senders (From), so that receivers refuse it, whatever else it says.")
        if not senders:
            raise Unreadable("This mail has no sender (From) that could be read, so that receivers refuse it.")
        self.sender = senders[0]

    @property
    def domain(self) -> str:
        return domain_of(self.sender)

    def header(self, name: str) -> str:
        return " ".join(str(self.mail.get(name, "")).split())

    @cached_property
    def told(self) -> list[list[str]]:
        """What the receiving host wrote, each header in its parts."""
        first, *others = self.on_top or [[]]
        own = takewhile(lambda parts: is_of_one_host(host_of(parts), host_of(first)), others)
        return [first, *own] if first else []

    @cached_property
    def on_top(self) -> list[list[str]]:
        """Those between which no host wrote that it took the mail: what stands below that was in it already."""
        found: list[list[str]] = []
        for name, value in self.mail.items():
            if found and name.lower() == "received":
                break
            if name.lower() == TOLD:
                found.append(parts_of(" ".join(str(value).split())))
        return found

    @cached_property
    def host(self) -> str:
        return host_of(self.told[0]) if self.told else ""

    @cached_property
    def results(self) -> list[Result]:
        """Of each method what stands above the rest."""
        found: list[Result] = []
        for parts in self.told:
            known = {result.method for result in found}
            read = filter(None, map(result_of, parts))
            found += [result for result in read if result.method not in known]
        return found

    def by(self, method: str) -> list[Result]:
        return [result for result in self.results if result.method == method]

    @cached_property
    def spf_domain(self) -> str:
        """Whose record was asked; empty without a pass."""
        passed = [found.of for found in self.by("spf") if found.result == "pass"]
        return domain_of(passed[0].get("smtp.mailfrom", "") or passed[0].get("smtp.helo", "")) if passed else ""

    @cached_property
    def dkim_domains(self) -> list[str]:
        """Of the signatures that hold."""
        passed = [found.of for found in self.by("dkim") if found.result == "pass"]
        return [domain_of(of.get("header.d", "") or of.get("header.i", "")) for of in passed]

    @cached_property
    def signatures(self) -> list[dict[str, str]]:
        return [tags_of(str(value)) for value in self.mail.get_all("DKIM-Signature", [])]


def addresses(mail: Message, name: str) -> list[str]:
    found = getaddresses([str(value) for value in mail.get_all(name, [])])
    return [address for _name, address in found if "@" in address]


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip("<>. ").lower()


def parts_of(value: str) -> list[str]:
    """Between semicolons."""
    return [part.strip() for part in re.findall(rf"(?:{QUOTED}|[^;\"])+", without_comments(value))] or [""]


def without_comments(value: str) -> str:
    """A comment may hold another one, and in it a quotation mark is a letter like any."""
    text, depth, place = "", 0, 0
    while found := (PIECE_OF_COMMENT if depth else PIECE).match(value, place):
        place, piece = found.end(), found[0]
        depth += (piece == "(") - (piece == ")" and depth > 0)
        text += " " if piece == ")" else "" if depth else piece
    return text


def host_of(parts: list[str]) -> str:
    """Empty where it leaves out its name, as Microsoft's do."""
    return "" if result_of(parts[0]) else unquoted(parts[0].split(" ")[0])


def is_of_one_host(name: str, other: str) -> bool:
    """Large ones call each filter by a name of its own, such as spf.icloud.com below dmarc.icloud.com."""
    return bool(name) and organisation(name.lower()) == organisation(other.lower())


def result_of(part: str) -> Result | None:
    if not PAIR.match(part):
        return None
    (method, result), *others = [(name.lower(), unquoted(value)) for name, value in PAIR.findall(part)]
    return Result(method, result.lower(), dict(others))


def unquoted(value: str) -> str:
    return re.sub(QUOTED, lambda found: re.sub(r"\\(.)", r"\1", found[0][1:-1]), value)


def tags_of(value: str) -> dict[str, str]:
    """Of a signature (RFC 6376): d=clinic.example; h=From:To ..."""
    pairs = (tag.partition("=") for tag in value.split(";"))
    return {name.strip().lower(): "".join(text.split()) for name, _equals, text in pairs}


def organisation(domain: str) -> str:
    labels = domain.split(".")
    is_deeper = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in DEEPER
    return ".".join(labels[-3 if is_deeper else -2 :])


def alignment(mail: Received) -> str:
    """How near to the sender whatever passed is; empty when nothing is near enough."""
    passed = [domain for domain in (mail.spf_domain, *mail.dkim_domains) if domain]
    if mail.domain in passed:
        return "strict"
    return "relaxed" if organisation(mail.domain) in map(organisation, passed) else ""


def sender(mail: Received) -> Finding:
    return Finding(True, f"From: it is of {mail.sender}.")


def replies(mail: Received) -> Finding:
    to = addresses(mail.mail, "Reply-To")
    return Finding(True, f"Reply-To: answers go to {', '.join(to)}." if to else "Reply-To: none; answers go to From.")


def return_path(mail: Received) -> Finding:
    path = addresses(mail.mail, "Return-Path")
    if not path:
        return Finding(True, "Return-Path: this host does not show where undeliverable mail goes back to.")
    return Finding(True, f"Return-Path: what cannot be delivered goes back to {path[0]}.")


def host(mail: Received) -> Finding:
    if not mail.told:
        return Finding(
            False,
            "Authentication-Results: none, so that nobody checked SPF, DKIM and DMARC, or the file is not the mail as "
            "it arrived. Send one to a mailbox elsewhere, and save it there as a file.",
        )
    others = len(mail.mail.get_all(TOLD, [])) - len(mail.told)
    ignored = f" {others} more came with the mail and count for nothing." if others else ""
    host = mail.host or "the receiving host, which leaves out its name,"
    return Finding(True, f"Authentication-Results: {host} says what follows.{ignored}")


def spf(mail: Received) -> Finding:
    found = mail.by("spf")
    if mail.spf_domain:
        return Finding(True, f"SPF: pass, {mail.spf_domain} names the server that sent it.")
    if not found:
        return Finding(False, "SPF: nothing is said of it.")
    asked = domain_of(found[0].of.get("smtp.mailfrom", "")) or "the domain of Return-Path"
    why = {
        "none": f"{asked} has no SPF record; add the TXT record that your provider names.",
        "temperror": "the record could not be read just then; try again.",
        "permerror": f"the record of {asked} has a fault, such as two of them or more than ten look-ups.",
    }
    otherwise = f"the record of {asked} does not name the server that sent it; add what your provider says."
    return Finding(False, f"SPF: {found[0].result}, {why.get(found[0].result, otherwise)}")


def dkim(mail: Received) -> Finding:
    if mail.dkim_domains:
        return Finding(True, f"DKIM: pass, signed by d={', '.join(mail.dkim_domains)}.")
    if not mail.signatures:
        return Finding(False, "DKIM: the mail is not signed. Switch it on where the mail goes out, and add its record.")
    signed = ", ".join(tags.get("d", "?") for tags in mail.signatures)
    told = ", ".join(found.result for found in mail.by("dkim")) or "nothing is said of it"
    return Finding(
        False, f"DKIM: {told}, signed by d={signed}. Look at its record, and at what changes mail on the way."
    )


def dmarc(mail: Received) -> Finding:
    near, found = alignment(mail), mail.by("dmarc")
    how = f"{near} alignment with {mail.domain}" if near else f"nothing that passed is of {mail.domain}"
    if found and found[0].result == "pass":
        return Finding(True, f"DMARC: pass ({how}).")
    if not found:
        return Finding(bool(near), f"DMARC: this host does not judge it ({how}).")
    if found[0].result == "none":
        return Finding(False, f"DMARC: {mail.domain} has no DMARC record, which large providers ask of newsletters.")
    return Finding(False, f"DMARC: {found[0].result} ({how}). SPF or DKIM must pass for a domain of the sender's.")


def one_click(mail: Received) -> Finding:
    links = re.findall(r"<\s*(https://[^\s<>]+)\s*>", mail.header("List-Unsubscribe"), re.IGNORECASE)
    if not mail.header("List-Unsubscribe"):
        return Finding(False, "List-Unsubscribe: there is none, so that mail programs show no button to leave.")
    if not links:
        return Finding(False, "List-Unsubscribe: no https address in it, so that leaving does not take one click.")
    if mail.header("List-Unsubscribe-Post") != ONE_CLICK:
        return Finding(False, f"List-Unsubscribe-Post: it must say just “{ONE_CLICK}”.")
    return Finding(True, "One-click unsubscribe: both headers are there (RFC 8058).")


def signed_list_headers(mail: Received) -> Finding:
    """By a signature that holds; where nobody said which do, by any."""
    held = [tags for tags in mail.signatures if tags.get("d", "").lower() in mail.dkim_domains] or mail.signatures
    if not held:
        return Finding(False, "One-click unsubscribe: no signature, so that mail programs do not trust its headers.")
    signed = [set(tags.get("h", "").lower().split(":")) for tags in held]
    if any(names.issuperset(LIST_HEADERS) for names in signed):
        return Finding(True, "One-click unsubscribe: both headers are signed (h=).")
    lacking = " and ".join(
        name for name in ("List-Unsubscribe", "List-Unsubscribe-Post") if name.lower() not in signed[0]
    )
    return Finding(
        False, f"One-click unsubscribe: {lacking} is not among the signed headers (h=). Have it signed, too."
    )


Check = Callable[[Received], Finding]
CHECKS: tuple[Check, ...] = (
    *(sender, replies, return_path),
    *(host, spf, dkim, dmarc),
    *(one_click, signed_list_headers),
)


def look_at(content: bytes) -> list[Finding]:
    """Raises Unreadable."""
    mail = Received(content)
    return [check(mail) for check in CHECKS]
