"""The parts of a mail that came back, as text; any bytes will do."""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.message import Message
from html import unescape

from mailings.answers import MOST_WORDS
from mailings.provider_reports import plain

# A report quotes the mail that came back behind its own words, and in that anybody may have written anything.
ORIGINAL = re.compile(
    r"^[^\n]{0,80}\b("
    r"(original|returned|unsent|your|the) (e-?mail )?message( (header|text|body)s?)?"
    r" (follows|is (included|attached)|headers?)"
    r"|copy of (the|your|this) (e-?mail|mail|message)|unsent message|message header follows|below this line"
    r"|(header|text|content|beginning|start|part)s? of (the|your) (original |returned )?(e-?mail|mail|message)"
    r"|original (e-?mail|mail|message)[^\n]{0,12}[-=_*:]|mensaje original|forwarded message follows|bounced e-?mail:"
    r")[^\n]*$|^(Received|Return-Path|DKIM-Signature|ARC-Seal|X-Received): ",
    re.IGNORECASE | re.MULTILINE,
)
TAG = re.compile(r"<(style|script|title)\b.*?</\1>|<!--.*?-->|</?[a-z!][^>@]*>", re.IGNORECASE | re.DOTALL)


def parts(mail: Message) -> Iterator[Message]:
    """Without those of the mail that came back, in which somebody may have attached anything."""
    yield mail
    if mail.is_multipart() and mail.get_content_maintype() == "multipart":
        for part in mail.get_payload():
            yield from parts(part)  # type: ignore[arg-type]


def part_of(mail: Message, *kinds: str) -> Message | None:
    return next((part for part in parts(mail) if part.get_content_type() in kinds), None)


def own_words(mail: Message) -> str:
    """What the report says to people, up to where it quotes."""
    texts = {part.get_content_subtype(): text_of(part) for part in reversed([*parts(mail)]) if is_text(part)}
    html = unescape(TAG.sub(" ", texts.pop("html", "")))
    text = next((text for text in texts.values() if text.strip()), html)
    quoted = ORIGINAL.search(text)
    return ((quoted and text[: quoted.start()]) or text)[:MOST_WORDS]


def is_text(part: Message) -> bool:
    """Or a multipart mail whose boundary was lost on the way."""
    kind = part.get_content_maintype()
    return (kind == "text" and part.get_content_subtype() != "rfc822-headers") or (
        kind == "multipart" and not part.is_multipart()
    )


def text_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    return plain(as_text(content, part.get_content_charset()), len(content))


def subparts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def headers(mail: Message, name: str) -> list[str]:
    return [plain(decoded(value), 1000) for value in mail.get_all(name, [])]


def header(mail: Message, name: str) -> str:
    return " ".join(next(iter(headers(mail, name)), "").split())


def decoded(value: str | Header) -> str:
    """Whether it is encoded as it should be, or stands there as bare bytes."""
    try:
        return "".join(as_text(piece, charset) for piece, charset in decode_header(value))
    except HeaderParseError:
        return str(value)


def as_text(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return piece.decode(charset or "utf-8", errors="replace")
    except LookupError:
        return piece.decode(errors="replace")
