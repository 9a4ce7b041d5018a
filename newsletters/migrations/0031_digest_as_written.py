"""A mail of the monthly e-mail is asked whether it may go as it was written, in the moment before it goes."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0030_history_of_digests"),
        ("foundation", "0007_content_version"),
    ]
    operations = [
        stored_function("newsletters", "digest_may_go", before="DROP FUNCTION digest_may_go(bigint, uuid, timestamptz)")
    ]
