from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("mailings", "0052_bulk_slots")]
    operations = [stored_function("mailings", "take_bulk_turn")]
