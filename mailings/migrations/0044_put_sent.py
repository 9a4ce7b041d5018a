"""Taking the next of many mails asks of the one before only what it has not asked already."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("mailings", "0043_slots_further_apart")]
    operations = [
        stored_function("mailings", "put_sent", before="DROP FUNCTION put_sent(bigint, uuid, text, timestamptz)"),
        stored_function("mailings", "write_sent"),
        stored_function("mailings", "take_next_mail"),
    ]
