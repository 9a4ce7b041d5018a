import re

from django import template

register = template.Library()

WRITTEN = re.compile(r"[\d+().\s/-]*")


@register.filter
def tel(phone: str) -> str:
    """The address of a number as people write it, RFC 3966: "+1 (212) 555-0142 ext. 7" is tel:+12125550142;ext=7.

    Empty without a digit: then it is words and no number.
    """
    written = WRITTEN.match(phone)
    number, rest = (phone[: written.end()], phone[written.end() :]) if written else ("", phone)
    digits, extension = re.sub(r"[^0-9+]", "", number), re.sub(r"[^0-9]", "", rest)
    if not digits:
        return ""
    return f"tel:{digits};ext={extension}" if extension else f"tel:{digits}"
