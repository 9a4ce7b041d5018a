"""What a server reports of a mail: in the part for machines, or only in words."""

import re
from email.message import Message
from typing import Any, NamedTuple

from mailings.answers import (
    ENHANCED_STATUS,
    Answer,
    Moment,
    codes_of_reply,
    meaning_of_words,
    meanings_in,
    understand,
    understand_reply,
)
from mailings.bounces import complaints, senders
from mailings.bounces.mails import header, own_words, part_of, subparts, text_of
from mailings.bounces.notices import kind_of, notice_in, of_recipient
from mailings.models import MailEvent, Meaning
from mailings.provider_reports import is_permanent, plain

Kind = MailEvent.Kind
# Of several recipients the worst; and the words that some write for "failed".
ACTIONS = [
    (Kind.BOUNCED, ("fail", "error", "expire")),
    (Kind.DELAYED, ("delay",)),
    (Kind.DELIVERED, ("delivered",)),
]
# RFC 3464; some write a space before the colon, at which Python's parser ends the headers.
FIELD = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
# What kind of code follows: "smtp;", "X-Postfix;".
TYPE = re.compile(r"^[\w-]+\s*;\s*")
# "X-Notes; not listed": in a language of its own, and without quoting another, a server speaks of its own people.
OF_ITS_OWN = re.compile(r"x-[\w-]+\s*;(?!.*\bsaid:)", re.IGNORECASE)
# In prose a number may be a date, a version or a price: a status it is only beside a reply code, or behind a hash.
NUMBERED = re.compile(r"(?<![\d.])[45][0-5]\d(?=[\s:;,.#<>()-]|$)")
STATUS_BESIDE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
CODE_IN_PROSE = re.compile(rf"{NUMBERED.pattern}|#{STATUS_BESIDE.pattern}")
FOLDED = re.compile(r"(?<=\S)\n[ \t]+(?=\S)")
# What a person's machine sends needs more: a status of RFC 3463 behind a reply code, or in a line with an <address>.
REGISTERED = r"[45]\.(?:0\.0|1\.(?:10|\d)|2\.[0-4]|3\.[0-5]|4\.[0-7]|5\.[0-6]|6\.(?:10|\d)|7\.(?:[12]?\d|30))(?![\d.])"
SAID_BY_A_SERVER = re.compile(rf"(?<![\d.])[45][0-5]\d[ -]+#?{REGISTERED}|<\S+@\S+>.*(?<![\d.]){REGISTERED}")


# What a report says of when it was refused; "rejected by the recipient's server" says nothing of that.
AFTER_READING = re.compile(
    r"in reply to (the )?end of data|after end of data|>>> *(data|\.)\s+(>>> \S+\s+)?<<< *5|command\s+data\b",
    re.IGNORECASE,
)
# In a conversation that did not wait for each answer, the one behind DATA is to the recipient.
NO_RECIPIENTS = re.compile(r"no valid recipients|need rcpt|rcpt first|<<< 503", re.IGNORECASE)
# What the server said then of everything after that says nothing of the recipient.
OUT_OF_TURN = re.compile(r"^\W*<<< 503.*$", re.MULTILINE)
AT_RECIPIENT = re.compile(
    # Google counts the steps; those are it.
    r"\brcpt\b|rejected (the )?(address|recipient)|recipient (address )?rejected|address not found|\(state 1[34]\)",
    re.IGNORECASE,
)


class Finding(NamedTuple):
    kind: MailEvent.Kind
    why: str
    status: str = ""
    reply: str = ""
    meaning: str = ""
    is_permanent: bool = False


def find_out(mail: Message) -> Finding | None:
    """Formats first, then who sent it, then what it says: anybody may write words."""
    feedback = part_of(mail, "message/feedback-report")
    if feedback:
        kind = complaints.kind_of_feedback(feedback)
        return Finding(kind, "a feedback report") if kind else None
    if complaints.is_of_microsoft(mail):
        return Finding(Kind.COMPLAINED, "a complaint in Microsoft's form")
    if complaints.is_leaving(mail):
        return Finding(Kind.UNSUBSCRIBED, "a mail program's wish to leave")
    machine = part_of(mail, "message/delivery-status", "message/global-delivery-status")
    if machine:
        return in_machine_words(mail, machine)
    if part_of(mail, "message/disposition-notification"):
        return None
    if said := notice_in(mail):
        return in_a_notice(said)
    return in_words_only(mail)


def in_a_notice(said: Any) -> Finding | None:
    kind = kind_of(said)
    if kind is None:
        return None
    told = of_recipient(said)
    reply, status = (plain(told.get(name), 1000) for name in ("diagnosticCode", "status"))
    answer = understand_reply(reply, status)
    dead = kind == Kind.BOUNCED and is_permanent("amazon_ses", said, answer)
    return finding(kind, "a notice of Amazon SES", status, TYPE.sub("", reply), answer)._replace(is_permanent=dead)


def in_machine_words(mail: Message, part: Message) -> Finding | None:
    blocks = [fields for fields in map(fields_of, [part, *subparts(part)]) if "action" in fields or "status" in fields]
    for kind, actions in ACTIONS:
        for fields in blocks:
            if fields.get("action", "failed").lower().startswith(actions):
                return of_one(mail, kind, fields)
    return None if blocks else of_one(mail, Kind.BOUNCED, {})


def of_one(mail: Message, kind: MailEvent.Kind, fields: dict[str, str]) -> Finding:
    reply, text = TYPE.sub("", fields.get("diagnostic-code", "")), own_words(mail)
    # Some say in brackets what their number means, and it may be another thing than the reply.
    stated, _space, remark = fields.get("status", "").partition(" ")
    codes, moment = [stated, *codes_of_reply(reply)], moment_of(f"{text} {remark}")
    if moment == Moment.NOBODY_SAYS and OF_ITS_OWN.match(fields.get("diagnostic-code", "")):
        moment = Moment.AT_RECIPIENT
    text = OUT_OF_TURN.sub("", text)
    answer = understand(f"{reply} {remark}", codes, moment)
    if not answer.meaning or Meaning.FULL in meanings_in(text):
        answer = understand(f"{reply} {remark} {text}", [*codes, *codes_in(text)], moment)
    # Exim writes 5.0.0 for everything, and what the other server said behind it.
    said = ENHANCED_STATUS.findall(reply) if not stated or stated.endswith(".0.0") else []
    return finding(kind, "a delivery report", (said or [stated])[0], reply, answer)


def moment_of(text: str) -> Moment:
    if AFTER_READING.search(text):
        return Moment.AT_RECIPIENT if NO_RECIPIENTS.search(text) else Moment.AFTER_READING
    return Moment.AT_RECIPIENT if AT_RECIPIENT.search(text) else Moment.NOBODY_SAYS


def finding(kind: MailEvent.Kind, why: str, status: str, reply: str, answer: Answer) -> Finding:
    why = f"{why}: {answer.meaning}" if answer.meaning else why
    is_permanent = kind == Kind.BOUNCED and answer.is_dead
    return Finding(kind, why, status, plain(reply.strip(), 1000), answer.meaning, is_permanent)


def fields_of(block: Message) -> dict[str, str]:
    fields = {name.lower(): header(block, name) for name in set(block.keys())}
    rest = "" if block.is_multipart() else text_of(block)
    return {**fields, **{name.lower(): " ".join(value.split()) for name, value in FIELD.findall(rest)}}


def in_words_only(mail: Message) -> Finding | None:
    text = own_words(mail)
    if not senders.is_from_a_server(mail):
        is_report = senders.is_from_nobody(mail) and SAID_BY_A_SERVER.search(text)
        if not (is_report or returns_it(mail, text)) or senders.is_automatic_reply(mail):
            return None
    elif senders.says_away(mail) and not meaning_of_words(text):
        return None
    return of_text(header(mail, "Subject"), text)


def returns_it(mail: Message, text: str) -> bool:
    """A report whose sender says nothing: it has the title of one, or comes from nobody with the mail in it."""
    if "undelivered" not in meanings_in(text):
        return False
    of_nobody = "Return-Path" in mail and senders.is_from_nobody(mail)
    return senders.tells_of_failure(mail) or (of_nobody and part_of(mail, "message/rfc822") is not None)


def of_text(subject: str, text: str) -> Finding:
    moment, text = moment_of(text), OUT_OF_TURN.sub("", text)
    codes = codes_in(text)
    # A server that quotes no other one speaks of its own people.
    moment = moment if codes else Moment.AT_RECIPIENT
    answer = understand(text, codes, moment)
    if not answer.meaning:
        answer = understand(subject, codes, moment)
    whole = meanings_in(f"{subject}\n{text}")
    kind = Kind.DELAYED if "delayed" in whole else Kind.BOUNCED
    if "delivered" in whole and not answer.meaning:
        kind = Kind.DELIVERED
    status = next((code for code in codes if "." in code), "")
    return finding(kind, "a server's words", status, line_with(text, status), answer)


def codes_in(text: str) -> list[str]:
    # Postfix breaks lines between the two codes of a reply.
    lines = [line for line in FOLDED.sub(" ", text).splitlines() if CODE_IN_PROSE.search(line)]
    return [code for line in lines for code in [*NUMBERED.findall(line), *STATUS_BESIDE.findall(line)]]


def line_with(text: str, status: str) -> str:
    """The line that a person would look for."""
    lines = [line for line in text.splitlines() if line.strip()]
    return next((line for line in lines if (status and status in line) or meaning_of_words(line)), "")
