from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("mailings", "0019_provider_pause_notice")]

    operations = [
        stored_function(
            "mailings", "write_sent", before="DROP FUNCTION write_sent(bigint, uuid, text, text, timestamptz)"
        )
    ]
