"""Mails that are alike but for a few words: rendered, inlined and encoded once, then filled in for each person.

The packet's PDF is turned into base64 once, and so is all around it. What is of a person stands in as a link or address
that nobody has, until the mail is on its way.
"""

import re
import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import cache, lru_cache
from typing import Any, NamedTuple

import css_inline
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from foundation.addresses import PLAIN

STANDIN = "https://{}.standin.invalid/"
TO, MESSAGE_ID, DATE = "to@standin.invalid", "<id@standin.invalid>", "Thu, 01 Jan 1970 00:00:00 +0000"
# One a version, study that comes first in it, language and wording of the packet mail, of some 200 KB each.
MOST_ENCODED = 32
MOST_RENDERED = 100

Facts = tuple[tuple[str, Any], ...]


class Words(NamedTuple):
    subject: str
    body: str
    html: str


def one_line(text: str) -> str:
    """For a header. "=?" begins an encoded word, in which whoever reads the mail could find another line after all."""
    return " ".join(text.split()).replace("=?", "= ?")


def rendered(template: str, context: dict[str, Any]) -> Words:
    """What templates/emails/<template>/ make: subject.txt, body.txt, body.html."""
    folder = f"emails/{template}"
    html = render_to_string(f"{folder}/body.html", context)
    return Words(
        one_line(render_to_string(f"{folder}/subject.txt", context, using="text")),
        render_to_string(f"{folder}/body.txt", context, using="text"),
        css_inline.inline(html, load_remote_stylesheets=False),
    )


def standins(links: Mapping[str, str]) -> dict[str, str]:
    """By name, what stands in for each link; nothing for none, which the templates ask about."""
    return {name: standin_of(name) if link else "" for name, link in links.items()}


@cache
def standin_of(name: str) -> str:
    return STANDIN.format(name.replace("_", "-"))


class Letter(EmailMultiAlternatives):
    """A mail of a kind that goes to many, each with links of their own."""

    def __init__(self, words: Words, links: Mapping[str, str], **fields: Any) -> None:
        self.words = words
        self.fills = {standin: links[name] for name, standin in standins(links).items() if standin}
        super().__init__(subject=words.subject, body=_filled(words.body, self.fills), **fields)
        self.attach_alternative(_filled(words.html, self.fills), "text/html")

    def ready(self) -> bytes:
        """As it goes over the wire, ends of lines included."""
        pieces = self.pieces()
        if pieces is None or not PLAIN.fullmatch(self.to[0]):
            return _whole(self)
        return joined(pieces, self.to[0], self.extra_headers["Message-ID"], self.fills)

    def pieces(self) -> "Pieces | None":
        # Their own link stands in a header, too.
        hidden = {link: standin for standin, link in self.fills.items()}
        headers = tuple(
            (name, _filled(value, hidden) if "://" in value else value)
            for name, value in self.extra_headers.items()
            if name != "Message-ID"
        )
        attached = tuple(tuple(part) for part in self.attachments)
        return encoded(self.words, headers, tuple(self.reply_to), attached, tuple(self.fills))


# Of a mail, and between them what stands in.
Pieces = tuple[bytes | str, ...]


def joined(pieces: Pieces, to: str, message_id: str, fills: Mapping[str, str]) -> bytes:
    known = {TO: to, MESSAGE_ID: message_id, DATE: _date(int(time.time())), **fills}
    found = {standin: text.encode() for standin, text in known.items()}
    return b"".join([found[piece] if isinstance(piece, str) else piece for piece in pieces])


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second)


class Copy(NamedTuple):
    """Of a letter to somebody else, as bytes and nothing more. See Ready in mailings/transport.py."""

    from_email: str
    to: list[str]
    content: bytes

    def ready(self) -> bytes:
        return self.content


def _filled(text: str, fills: Mapping[str, str]) -> str:
    for standin, link in fills.items():
        text = text.replace(standin, link)
    return text


def _whole(mail: EmailMultiAlternatives) -> bytes:
    return mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]


@lru_cache(maxsize=MOST_ENCODED)
def encoded(
    words: Words, headers: Facts, reply_to: tuple[str, ...], attached: tuple[Any, ...], fills: tuple[str, ...]
) -> Pieces | None:
    """The mail in pieces, between them what stands in; None when an encoding has hidden some of it."""
    named = {**dict(headers), "Message-ID": MESSAGE_ID, "Date": DATE}
    mail = EmailMultiAlternatives(words.subject, words.body, None, [TO], reply_to=reply_to, headers=named)
    mail.attach_alternative(words.html, "text/html")
    for part in attached:
        mail.attach(*part)
    whole = _whole(mail)
    found = (TO, MESSAGE_ID, DATE, *fills)
    pieces = re.split(b"(" + b"|".join(re.escape(standin.encode()) for standin in found) + b")", whole)
    texts = (*words, *(value for _name, value in headers))
    wanted = 3 + sum(text.count(standin) for text in texts for standin in fills)
    if len(pieces) != 2 * wanted + 1:
        return None
    return tuple(piece.decode() if number % 2 else piece for number, piece in enumerate(pieces))
