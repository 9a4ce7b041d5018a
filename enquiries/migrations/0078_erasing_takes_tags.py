"""Tags are erased with the person, from the lead and from what its timeline tells of them."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0077_tags")]
    operations = [stored_function("enquiries", "erase_person")]
