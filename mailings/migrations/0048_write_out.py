"""A packet's result is written in one trip with the beginning of the next."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("mailings", "0045_newest_last")]
    operations = [
        stored_function("mailings", "write_out", before="DROP FUNCTION write_out(bigint, uuid, text, timestamptz)"),
    ]
