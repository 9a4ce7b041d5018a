"""That a mail of many is out, and that the next may be on the wire, are written in one statement."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("mailings", "0048_write_out")]
    operations = [stored_function("mailings", "take_next_mail")]
