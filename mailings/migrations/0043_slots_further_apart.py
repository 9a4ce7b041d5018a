from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    """The build before takes these slots as it took its own: only the time between two is another."""

    dependencies = [("mailings", "0042_numbers_alone")]
    operations = [stored_function("mailings", "take_bulk_slot")]
