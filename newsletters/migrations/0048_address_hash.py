"""Whom nothing may be sent to was found by hashing the address of every reader, at each look and when an issue began.

Rows that stand already are hashed by the worker, some thousand at a time: see actions.fill_hashes.
"""

from django.db import migrations

from foundation.addresses import AddressHashField
from foundation.stored_functions import stored_function

TRIGGER = """
CREATE TRIGGER subscriber_hash_forgotten BEFORE UPDATE OF email ON mailings_subscriber
    FOR EACH ROW EXECUTE FUNCTION forget_old_hash()
"""
NO_TRIGGER = "DROP TRIGGER subscriber_hash_forgotten ON mailings_subscriber"


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0047_begun_on_a_page")]
    operations = [
        migrations.AddField("subscriber", "address_hash", AddressHashField()),
        stored_function("newsletters", "forget_old_hash", before="DROP FUNCTION forget_old_hash()"),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
    ]
