"""What may be sent to whom, and what of a reply may be kept."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import get_supported_language_variant

from foundation.tokens import hash_address
from mailings import limits
from mailings.models import Suppression, Why

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


def why_not_mailed(addresses: Iterable[str | None]) -> dict[str, Why]:
    """Of these addresses those that nothing may go to, and why; one query for however many."""
    hashes = {hash_address(address): address for address in addresses if address}
    return {hashes[found.address_hash]: found.why for found in _first_of_each(hashes)}


def _first_of_each(hashes: Iterable[str]) -> Iterable[Suppression]:
    """Of several that stand against an address the first, so that every page names the same."""
    stopping = Suppression.objects.stopping_everything().filter(address_hash__in=hashes)
    return stopping.order_by("address_hash", "created_at", "pk").distinct("address_hash")


def why_not(address: str | None) -> Why | None:
    return why_not_mailed([address]).get(address) if address else Why.NO_ADDRESS


def why_not_now(address: str | None, kind: str) -> Why | None:
    """Why no mail of this kind may go there: never, or not today. Call it under lock_address."""
    why = why_not(address)
    return why if why or not address or limits.may_mail(address, kind) else Why.HAD_ITS_SHARE


def suppressed(address: str) -> Suppression | None:
    """What stands against this address, for a page that leads there."""
    return next(iter(_first_of_each([hash_address(address)])), None)


def keeps_coming_back(address: str) -> Suppression | None:
    """Why this address gets no newsletter, though everything else still tries."""
    standing = Suppression.objects.standing().filter(reason=Suppression.Reason.COMES_BACK)
    return standing.filter(address_hash=hash_address(address)).first()
