"""Erasing takes the condition also from a packet that went to whom they were one with for a while."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    """On the way back it stays as it is: it takes more."""

    dependencies = [("enquiries", "0129_search_enquiries_by_address")]
    operations = [stored_function("enquiries", "erase_person")]
