"""Whether somebody may be contacted is asked of everybody who was merged into them, not only of the first below."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0041_sheets_of_an_import")]
    operations = [
        stored_function("enquiries", "may_be_contacted", before="DROP FUNCTION IF EXISTS may_be_contacted(bigint);"),
    ]
