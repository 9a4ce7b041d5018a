"""For a day, who wrote a note on the wrong person may take its words back: an exception of one column of one row."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0039_packet_consent_index")]
    operations = [
        stored_function(
            "enquiries", "take_back_note", before="DROP FUNCTION IF EXISTS take_back_note(bigint, bigint, bigint);"
        ),
        stored_function("enquiries", "is_erasing"),
        stored_function("articles", "refuse_change"),
    ]
