"""A mail that came back before it was written down as sent is written down as both in one commit."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("mailings", "0036_take_next_mail")]
    operations = [stored_function("mailings", "take_next_mail")]
