"""Taking the next of many mails asks of the one before only what it has not asked already.

On the way back put_sent stays, since the two that call it do; 0030 takes it away with the first of them.
"""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("mailings", "0043_slots_further_apart")]
    operations = [
        stored_function("mailings", "put_sent"),
        stored_function("mailings", "write_sent"),
        stored_function("mailings", "take_next_mail"),
    ]
