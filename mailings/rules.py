"""What may be sent to whom, and what of a reply may be kept."""

from django.conf import settings
from django.utils.translation import get_supported_language_variant

from foundation.tokens import hash_address
from mailings.models import Suppression

# Leaving the newsletter is no reason to withhold a packet that the same person asks for later.
STOPS_EVERYTHING = {
    Suppression.Reason.NOT_REQUESTED,
    Suppression.Reason.HARD_BOUNCE,
    Suppression.Reason.COMPLAINT,
    Suppression.Reason.ASKED_TO_STOP,
}

LONGEST_REPLY = 1000


def storable(reply: str) -> str:
    """What a mail server may say is anything, of any length; Postgres takes no NUL."""
    return reply.replace("\0", "")[:LONGEST_REPLY]


def supported_language(code: str) -> str:
    """The language to write in: the one asked for, which may be whatever somebody posted, or else the site's."""
    try:
        return get_supported_language_variant(code)
    except LookupError:
        return settings.LANGUAGE_CODE


def suppressed(address: str) -> Suppression | None:
    """The reason why nothing at all may go to this address, if there is one."""
    standing = Suppression.objects.standing()
    return standing.filter(address_hash=hash_address(address), reason__in=STOPS_EVERYTHING).first()
