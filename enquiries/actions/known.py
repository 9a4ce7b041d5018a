"""What intake must know of an address, in one trip under its lock; what each answer means is said where it is used."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from enquiries import rules
from enquiries.actions.notices import PAUSE, held_key, many_key
from foundation.actors import Actor
from foundation.tokens import hash_address
from mailings.limits import share_values
from mailings.models import Suppression, Why
from mailings.rules import STOPS_VALUES


class Known(NamedTuple):
    address: str  # as Postgres stores it
    # The same enquiry of a moment ago.
    replayed: int | None
    # Whose address it is, whom they live on in, and all addresses of theirs.
    lead: int | None
    survivor: int | None
    family: list[str]
    stops: list[str]
    had_its_share: bool
    version: int | None
    version_is_demo: bool | None
    # What staff were told in this hour: of this person; how many notices; that there are many, or some held.
    was_told_of: bool
    notices: int
    told_of_many: bool
    told_of_held: bool
    # For the rows that are to come.
    new_lead: int
    new_enquiry: int
    new_consents: list[int]
    new_mails: list[int]

    @property
    def why_nothing_may_go_there(self) -> Why | None:
        return Suppression(reason=self.stops[0]).why if self.stops else None


def source_of(name: str) -> str:
    """The packet follows from what they ask about; known_of itself knows the general one alone."""
    return f"going.{name}" if name in ("version", "version_is_demo") else f"known.{name}"


# See enquiries/sql/known_of.sql and packet_going_out.sql.
KNOWN = f"""
SELECT {", ".join(map(source_of, Known._fields))} FROM known_of(
    %(email)s, %(hashed)s, %(sha256)s, %(actor)s, %(replay_since)s, %(told_since)s, %(alert)s, %(many_key)s,
    %(held_key)s, %(newsletter_only)s, %(never_reached)s, %(waiting)s, %(since_day)s, %(per_day)s, %(since_month)s,
    %(per_month)s
) AS known, packet_going_out(%(topic)s) AS going
"""  # noqa: S608 - all parts are ours


def known_of(email: str, sha256: str, by: Actor, topic: str = "") -> Known:
    """Takes the lock of the address. From here on `by` is who acts (enquiries.actions.events.act_as).

    topic: what they ask about, by its slug.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            KNOWN, {**_values(email, sha256), "topic": topic, "actor": str(by.account.pk) if by.account else ""}
        )
        return Known(*cursor.fetchone())


def _values(email: str, sha256: str) -> dict[str, Any]:
    now = timezone.now()
    return {
        **share_values(),
        **STOPS_VALUES,
        "email": email,
        "hashed": hash_address(email),
        "sha256": sha256,
        "replay_since": now - rules.REPLAY_WINDOW,
        "alert": settings.STAFF_ALERT_EMAIL,
        "told_since": now - PAUSE,
        "many_key": many_key(now),
        "held_key": held_key(now),
    }
