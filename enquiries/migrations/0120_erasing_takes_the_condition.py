from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0112_however_deep_a_merge")]
    operations = [stored_function("enquiries", "erase_person")]
