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
        cursor.execute(SHARE, {**share_values(kind, besides), "addresses": list(addresses)})
        return {address for (address,) in cursor.fetchall()}


# As text, so that intake can ask it in one trip with all else that it asks of an address (enquiries/actions/known.py).
# By when a mail reaches the person: what waits for a mail server that is away all goes out in the same minute.
WAITS = "state = ANY(%(waiting)s)"
SHARE = f"""
SELECT email FROM mailings_outgoingemail
WHERE kind = %(kind)s AND email IN (SELECT lower(address) FROM unnest(%(addresses)s::text[]) AS address)
    AND NOT state = ANY(%(never_reached)s) AND id IS DISTINCT FROM %(besides)s::bigint
GROUP BY email
HAVING count(*) FILTER (WHERE created_at > %(a_day_ago)s OR sent_at > %(a_day_ago)s OR {WAITS}) >= {PER_DAY}
    OR count(*) FILTER (WHERE created_at > %(a_month_ago)s OR sent_at > %(a_month_ago)s OR {WAITS}) >= {PER_MONTH}
"""  # noqa: S608 - all parts are ours


def share_values(kind: str, besides: OutgoingEmail | None = None) -> dict[str, Any]:
    """What SHARE asks for, beside the addresses."""
    now = timezone.now()
    return {
        "kind": kind,
        "besides": besides.pk if besides else None,
        "never_reached": [*map(str, OutgoingEmail.NEVER_REACHED)],
        "waiting": [*map(str, (OutgoingEmail.State.QUEUED, OutgoingEmail.State.SENDING))],
        "a_day_ago": now - DAY,
        "a_month_ago": now - MONTH,
    }
