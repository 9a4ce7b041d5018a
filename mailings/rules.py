"""What may be sent to whom, and what of a reply may be kept."""

from collections.abc import Callable, Collection, Iterable

from django.conf import settings
from django.db import connection
from django.db.models import CharField, QuerySet
from django.utils.translation import get_supported_language_variant

from foundation.prepared import Blank, Rows
from foundation.tokens import hash_address, hash_addresses
from mailings import limits
from mailings.models import Channel, OutgoingEmail, ProviderPause, Suppression, Why
from mailings.models.providers import provider_of
from mailings.models.why import SAID_BY_THE_PERSON

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
    return {address: whys[0] for address, whys in reasons_against(addresses).items()}


def reasons_against(addresses: Iterable[str | None]) -> dict[str, list[Why]]:
    """All that stands against each, what came first before the rest: a dead address may have asked us to stop, too."""
    hashes = {hash_address(address): address for address in addresses if address}
    found: dict[str, list[Why]] = {}
    if not hashes:
        return found
    with connection.cursor() as cursor:
        cursor.execute(STOPS, {"hashes": list(hashes), **STOPS_VALUES})
        for address_hash, reason in cursor.fetchall():
            found.setdefault(hashes[address_hash], []).append(Suppression(reason=reason).why)
    return found


# What stopping_everything() says, as a function, so that it can be asked in one trip with other questions.
STOPS = "SELECT address_hash, reason FROM mail_stops(%(hashes)s, %(newsletter_only)s)"
STOPS_VALUES = {"newsletter_only": [*map(str, Suppression.STOPS_NEWSLETTER_ONLY)]}


def stopped_for_many(addresses: Iterable[str]) -> set[str]:
    """Of these addresses those that get nothing that goes to many, for whatever reason."""
    hashes = dict(hash_addresses(addresses))
    with connection.cursor() as cursor:
        cursor.execute(STOPPED_FOR_MANY, [",".join(hashes)])
        stopped = {hashes[found] for (found,) in cursor.fetchall()}
    return stopped | stopped_elsewhere(hashes.values())


def stopped_elsewhere(addresses: Collection[str] | None = None) -> set[str]:
    """Of these addresses, or of all there are, those whose person asked us to stop at another one."""
    return set[str]().union(*(stopped_as_one(addresses) for stopped_as_one in STOPPED_AS_ONE))


# A room that knows which addresses are one person's says here of which somebody stopped another one.
STOPPED_AS_ONE: list[Callable[[Iterable[str] | None], set[str]]] = []


# One text for thousands of hashes: each as one of its own, Postgres reads them for longer than it looks for them.
STOPPED_FOR_MANY = """
SELECT address_hash FROM mailings_suppression
WHERE address_hash = ANY(string_to_array(%s, ',')) AND lifted_at IS NULL
"""


def why_not(address: str | None) -> Why | None:
    return why_not_mailed([address]).get(address) if address else Why.NO_ADDRESS


def asked_to_stop(address: str) -> bool:
    """On their own word, whatever else stands against the address."""
    return bool(SAID_BY_THE_PERSON.intersection(reasons_against([address]).get(address, [])))


def was_disowned(address: str) -> bool:
    """Whoever got a mail there said that it was not them, and that stands."""
    return Why.NOT_REQUESTED in reasons_against([address]).get(address, [])


def why_not_now(address: str | None, kind: str, besides: OutgoingEmail | None = None) -> Why | None:
    """Why no mail of this kind may go there: never, or not today. Call it under lock_address.

    besides: one that does not count.
    """
    why = why_not(address)
    return why if why or not address or limits.may_mail(address, kind, besides) else Why.HAD_ITS_SHARE


def stopping() -> QuerySet[Suppression]:
    found = Suppression.objects.stopping_everything().filter(address_hash=Blank("hash", CharField()))
    return found.order_by("created_at", "pk")[:1]


def coming_back() -> QuerySet[Suppression]:
    standing = Suppression.objects.standing().filter(reason=Suppression.Reason.COMES_BACK)
    return standing.filter(address_hash=Blank("hash", CharField())).order_by("pk")[:1]


STOPPING, COMING_BACK = Rows(stopping), Rows(coming_back)


def suppressed(address: str) -> Suppression | None:
    """What stands against this address, for a page that leads there."""
    return STOPPING.first(hash=hash_address(address))


def waits(address: str) -> bool:
    """Whether mail to this address stands still until somebody resumes it, as all mail or as that of its provider."""
    everything = Channel.objects.now().paused_at is not None
    return everything or ProviderPause.objects.standing().filter(provider=provider_of(address)).exists()


def keeps_coming_back(address: str) -> Suppression | None:
    """Why this address gets no newsletter, though everything else still tries."""
    return COMING_BACK.first(hash=hash_address(address))
