"""A list that was brought in can be taken back for a day, and its leads are told apart from those who wrote."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0058_next_action_days")]
    operations = [
        stored_function("enquiries", "undo_import", before="DROP FUNCTION IF EXISTS undo_import(bigint);"),
        stored_function("enquiries", "is_erasing"),
    ]
