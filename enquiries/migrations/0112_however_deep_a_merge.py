from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0111_closed_leads_go_back")]
    operations = [
        stored_function("enquiries", "lives_on_in", before="DROP FUNCTION lives_on_in(bigint)"),
        stored_function("enquiries", "asked_as_another", before="DROP FUNCTION asked_as_another(bigint)"),
    ]
