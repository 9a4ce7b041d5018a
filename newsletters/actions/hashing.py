"""The keyed hash beside each subscriber's address, for rows that came without one."""

from django.db import connection, transaction

from foundation.tokens import hash_address
from newsletters.models import Subscriber

# A second's work, between an issue that begins and the next look for one.
AT_ONCE = 5000
FILL = """
UPDATE mailings_subscriber AS subscriber SET address_hash = hashed.address_hash
FROM unnest(%s::bigint[], %s::text[]) AS hashed (id, address_hash) WHERE subscriber.id = hashed.id
"""


@transaction.atomic
def fill_hashes() -> int:
    """Of some that have none; how many. What somebody else has in hand just now has its turn another time.

    Held so that nobody changes an address or erases it, and that rows may still point there: an issue begins meanwhile.
    """
    rows = Subscriber.objects.unhashed().select_for_update(skip_locked=True, no_key=True).order_by("pk")
    found = [(pk, hash_address(email)) for pk, email in rows.values_list("pk", "email")[:AT_ONCE]]
    if found:
        with connection.cursor() as cursor:
            cursor.execute(FILL, [list(column) for column in zip(*found, strict=True)])
    return len(found)
