from django.db import migrations

from foundation.stored_functions import stored_function

SHARE = "text[], text, text[], text[], timestamptz, integer, timestamptz, integer, bigint"


class Migration(migrations.Migration):
    dependencies = [("mailings", "0039_declined")]
    operations = [
        stored_function("mailings", "mail_stops", before="DROP FUNCTION mail_stops(text[], text[])"),
        stored_function("mailings", "had_their_share", before=f"DROP FUNCTION had_their_share({SHARE})"),
    ]
