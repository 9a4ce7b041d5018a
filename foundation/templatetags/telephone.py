import re

from django import template

register = template.Library()

WRITTEN = re.compile(r"[\d+().\s/-]*")
# A second number begins; a slash alone also parts the code of a town from its number.
BETWEEN = re.compile(r"(\s*(?:[;\n|]|:::|,(?=\s*[+0])|(?<=\d{3})\s*/(?=\s*[+0]))\s*)")
# What is dialled inside the country only.
TRUNK = re.compile(r"\(0\)")
# Longer than any extension is another number.
LONGEST_EXTENSION = 6


@register.filter
def numbers(phone: str) -> list[str]:
    """Each of several, and what stands between them."""
    return [part for part in BETWEEN.split(phone) if part]


@register.filter
def tel(phone: str) -> str:
    """The address of a number as people write it, RFC 3966: "+1 (212) 555-0142 ext. 7" is tel:+12125550142;ext=7.

    Of several the first. Empty without a digit: then it is words and no number.
    """
    phone = BETWEEN.split(phone.strip(), maxsplit=1)[0]
    written = WRITTEN.match(phone)
    number, rest = (phone[: written.end()], phone[written.end() :]) if written else ("", phone)
    digits, extension = dialled(number), re.sub(r"[^0-9]", "", rest)
    if not digits:
        return ""
    is_extension = 0 < len(extension) <= LONGEST_EXTENSION
    return f"tel:{digits};ext={extension}" if is_extension else f"tel:{digits}"


def dialled(number: str) -> str:
    is_abroad = number.strip().startswith(("+", "00"))
    return re.sub(r"[^0-9+]", "", TRUNK.sub("", number) if is_abroad else number)
