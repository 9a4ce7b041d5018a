from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("mailings", "0019_provider_pause_notice")]

    operations = [
        # Which it calls since 0044.
        migrations.RunSQL(migrations.RunSQL.noop, "DROP FUNCTION IF EXISTS put_sent(bigint, uuid, text, timestamptz)"),
        stored_function(
            "mailings", "write_sent", before="DROP FUNCTION write_sent(bigint, uuid, text, text, timestamptz)"
        ),
    ]
