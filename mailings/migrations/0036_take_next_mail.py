from django.db import migrations

from foundation.stored_functions import stored_function

ARGUMENTS = "bigint, text, timestamptz, uuid, bigint, bigint, text, text, timestamptz, integer, boolean"


class Migration(migrations.Migration):
    dependencies = [("mailings", "0035_slow_providers")]
    operations = [stored_function("mailings", "take_next_mail", before=f"DROP FUNCTION take_next_mail({ARGUMENTS})")]
