"""What a room above asks of a mail before its turn, and writes once it is out, in a trip that delivery makes anyway.

To deliver a mail costs Postgres little, and each trip there and back a good deal.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mailings.models import OutgoingEmail
from mailings.signals import email_sent

# With its values.
Statement = tuple[str, Sequence[Any] | Mapping[str, Any]]


class Along(NamedTuple):
    """Of one kind of mail."""

    # What its message and still_wanted would ask, and who is told the row that was found; None for no row.
    question: Callable[[OutgoingEmail], Statement]
    hear: Callable[[OutgoingEmail, Any], None]
    # What whoever hears of email_sent would write, in the same commit, of a mail out at that moment. It has to ask
    # whether the row says so by then: the lease may have passed on.
    written: Callable[[OutgoingEmail, datetime], Statement]
    # The dispatch_uid of whoever that is.
    instead_of: str


along: dict[str, Along] = {}


def goes_along(outgoing: OutgoingEmail) -> bool:
    """Whether its result can wait for the next trip. Whoever else listens is told by the signal, as ever."""
    found = along.get(outgoing.kind)
    return found is not None and {uid for (uid, _sender), *_more in email_sent.receivers} == {found.instead_of}
