"""A reader has themselves erased: the newsletter's part of what we hold, by a link that others may have been sent."""

import uuid
from typing import Any

from django.db import connection, transaction

from foundation.actors import VISITOR
from foundation.tokens import hash_address
from mailings.actions.suppression import suppress
from mailings.models import Suppression
from newsletters.actions.imports import forget_subscriber_lists
from newsletters.actions.subscriptions import locked
from newsletters.models import Subscriber
from newsletters.signals import subscriber_erased


@transaction.atomic
def erase_subscriber(*, subscriber: uuid.UUID, request: Any = None) -> bool:
    """False when they were erased already. What they asked the clinic stays: a forwarded newsletter erases no lead.

    That they left stands as a hash, so that no list brings them back.
    """
    # Before the address: an import locks its list first.
    forget_subscriber_lists(all_of_them=True)
    found = locked(uuid=subscriber)
    if found is None:
        return False
    address_hash = hash_address(found.email)
    suppress(address=found.email, reason=Suppression.Reason.UNSUBSCRIBED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_subscriber(%s, %s)", [found.email, address_hash])
    subscriber_erased.send(sender=Subscriber, by=VISITOR, request=request, address_hash=address_hash)
    return True
