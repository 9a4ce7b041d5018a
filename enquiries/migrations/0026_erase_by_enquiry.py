from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0025_plans_as_codes")]
    operations = [stored_function("enquiries", "erase_person")]
