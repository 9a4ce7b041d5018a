"""A mail in hand is found by its number, whatever Postgres believes of how many wait; and its try by kept plans."""

from django.db import migrations

from foundation.stored_functions import stored_function

ARGUMENTS = "bigint, uuid, bigint, text, text, text[], boolean, integer"


class Migration(migrations.Migration):
    dependencies = [("mailings", "0041_questions_of_addresses")]
    operations = [
        stored_function("mailings", "take_next_mail"),
        stored_function("mailings", "begin_mail", before=f"DROP FUNCTION begin_mail({ARGUMENTS})"),
    ]
