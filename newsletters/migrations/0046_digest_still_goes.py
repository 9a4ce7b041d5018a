"""A mail of the monthly e-mail that has nothing left to list takes nobody's turn."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0041_stopped_on_its_way")]
    operations = [
        stored_function("newsletters", "digest_still_goes", before="DROP FUNCTION digest_still_goes(bigint)"),
    ]
