"""What may be sent to whom, and what of a reply may be kept."""

from collections.abc import Iterable

from foundation.tokens import hash_address
from mailings.models import Suppression, Why

# Leaving the newsletter is no reason to withhold a packet that the same person asks for later.
STOPS_EVERYTHING = {reason for reason in Suppression.Reason if reason.value in Why.values}

LONGEST_REPLY = 1000


def storable(reply: str) -> str:
    """What a mail server may say is anything, of any length; Postgres takes no NUL."""
    return reply.replace("\0", "")[:LONGEST_REPLY]


def why_not_mailed(addresses: Iterable[str | None]) -> dict[str, Why]:
    """Of these addresses those that nothing may go to, and why; one query for however many."""
    hashes = {hash_address(address): address for address in addresses if address}
    standing = Suppression.objects.standing().filter(address_hash__in=hashes, reason__in=STOPS_EVERYTHING)
    return {hashes[found.address_hash]: found.why for found in standing}


def why_not(address: str | None) -> Why | None:
    return why_not_mailed([address]).get(address) if address else Why.NO_ADDRESS


def suppressed(address: str) -> Suppression | None:
    """What stands against this address, for a page that leads there."""
    standing = Suppression.objects.standing()
    return standing.filter(address_hash=hash_address(address), reason__in=STOPS_EVERYTHING).first()
