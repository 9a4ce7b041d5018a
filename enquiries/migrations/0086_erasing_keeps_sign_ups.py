"""Who grew too old and asked for the newsletter not long ago may still confirm it."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0084_one_trip_for_an_enquiry")]
    operations = [stored_function("enquiries", "erase_person")]
