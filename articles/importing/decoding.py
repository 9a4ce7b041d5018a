"""From the bytes of a file to its lines. Each line is decoded by itself: copies are pasted together from several."""

import codecs
import re
import unicodedata
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.importing.unsure import Warned, warned

# The clinic's five articles with all their form texts are a tenth of it.
MOST_BYTES = 1024 * 1024
# So that no file takes longer to read than a page may take.
MOST_LINES = 20_000
OTHER_FORMATS = {
    b"PK\x03\x04": "Word",
    b"\xd0\xcf\x11\xe0": "Word",
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
}
# They take no room, and make two equal lines differ.
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


class Unreadable(Exception):
    """Says in a sentence why a file holds no articles for us."""


class Lines(NamedTuple):
    texts: list[str]
    warnings: list[Warned]


def lines(data: bytes) -> Lines:
    check(data)
    raws = raw_lines(data)
    if len(raws) > MOST_LINES:
        raise Unreadable(_("The file has more than 20,000 lines. Bring the articles in several files."))
    found = [line_of(raw) for raw in raws]
    texts = [cleaned(text) for text, _code in found]
    if any("\0" in text for text in texts):
        raise Unreadable(_("This is no plain text."))
    first = {code: number for number, (_text, code) in reversed(list(enumerate(found, 1))) if code}
    lost = [warned("sign_lost", number) for number, text in enumerate(texts, 1) if "\ufffd" in text]
    return Lines(texts, [*(warned(code, number) for code, number in first.items()), *lost])


def plain_text(data: bytes) -> str:
    """The same lines, to be read once more later. Raises Unreadable."""
    return "\n".join(lines(data).texts)


def check(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 1 MB. Bring the articles in several files."))
    for beginning, name in OTHER_FORMATS.items():
        if data.startswith(beginning):
            raise Unreadable(_("This is a %(format)s document. Save it as plain text in UTF-8.") % {"format": name})
    if not data.strip():
        raise Unreadable(_("The file is empty."))


def raw_lines(data: bytes) -> list[bytes]:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            data = data.decode(encoding, "replace").encode()
    return re.split(rb"\r\n|\r|\n", data.removeprefix(codecs.BOM_UTF8))


def line_of(raw: bytes) -> tuple[str, str]:
    """The text of a line, and the code of what was the matter with it."""
    try:
        return decoded_once(raw.decode())
    except UnicodeDecodeError:
        return windows(raw), "not_utf8"


def windows(raw: bytes) -> str:
    """Latin-1 differs only where it has no letters. Five bytes mean nothing in either."""
    return raw.decode("cp1252", "replace")


def decoded_once(text: str) -> tuple[str, str]:
    """Mends UTF-8 that was once read as Windows-1252 and saved again; what was not, is no UTF-8 when turned back."""
    if text.isascii():
        return text, ""
    try:
        once = b"".join(map(byte_of, text)).decode()
    except UnicodeError:
        return text, ""
    return once, "decoded_twice" if once != text else ""


def byte_of(sign: str) -> bytes:
    """Programs that read Windows-1252 keep the five bytes that mean nothing in it."""
    return sign.encode("latin-1") if "\x80" <= sign <= "\x9f" else sign.encode("cp1252")


def cleaned(text: str) -> str:
    """Keeps the spaces that a line begins with: they tell a bullet."""
    text = unicodedata.normalize("NFC", UNSEEN.sub("", text))
    indent = len(text) - len(text.lstrip())
    return " " * indent + " ".join(text.split())
