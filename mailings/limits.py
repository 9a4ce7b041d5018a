"""How much a visitor's form may mail, each number with its reason."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from mailings.models import OutgoingEmail

# A form that mails whoever is named in it can be used to annoy a stranger: one a day is bearable, and plenty.
PER_DAY = 1
PER_MONTH = 3
DAY = timedelta(hours=24)
MONTH = timedelta(days=30)


def may_mail(address: str, kind: str, besides: OutgoingEmail | None = None) -> bool:
    """Whether one more mail of this kind may go to an address, besides the one given; call it under lock_address."""
    return not had_their_share([address], kind, besides)


def had_their_share(addresses: Iterable[str], kind: str, besides: OutgoingEmail | None = None) -> set[str]:
    """Of these addresses, in lower case, those that get no more mails of this kind now; one query for however many."""
    with connection.cursor() as cursor:
        number = besides.pk if besides else None
        cursor.execute(SHARE, {**share_values(), "addresses": list(addresses), "kind": kind, "besides": number})
        return {address for (address,) in cursor.fetchall()}


# A function, so that intake asks it in one trip with all else that it asks of an address (enquiries/sql/known_of.sql).
SHARE = """
SELECT email FROM had_their_share(
    %(addresses)s, %(kind)s, %(never_reached)s, %(waiting)s, %(since_day)s, %(per_day)s, %(since_month)s, %(per_month)s,
    %(besides)s
)
"""


def share_values() -> dict[str, Any]:
    """What it asks for, beside the addresses and the kind."""
    now = timezone.now()
    return {
        "never_reached": [*map(str, OutgoingEmail.NEVER_REACHED)],
        "waiting": [*map(str, (OutgoingEmail.State.QUEUED, OutgoingEmail.State.SENDING))],
        "since_day": now - DAY,
        "per_day": PER_DAY,
        "since_month": now - MONTH,
        "per_month": PER_MONTH,
    }
