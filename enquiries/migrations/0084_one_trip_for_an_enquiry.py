from django.db import migrations

from foundation.stored_functions import stored_function

KNOWN = (
    "text, text, text, text, timestamptz, timestamptz, text, text, text, text[], text[], text[],"
    " timestamptz, integer, timestamptz, integer"
)


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0078_erasing_takes_tags"), ("mailings", "0041_questions_of_addresses")]
    operations = [
        stored_function("enquiries", "known_of", before=f"DROP FUNCTION known_of({KNOWN})"),
        stored_function("enquiries", "store_enquiry", before="DROP FUNCTION store_enquiry(jsonb)"),
    ]
