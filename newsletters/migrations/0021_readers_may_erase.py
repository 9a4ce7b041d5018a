"""A reader may have the newsletter's part of what we hold erased."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    # The function of enquiries names this one beside its own.
    dependencies = [
        ("newsletters", "0006_tests_to_oneself"),
        ("newsletters", "0020_preferences"),
        ("enquiries", "0051_packets_not_sent"),
    ]
    operations = [
        stored_function("newsletters", "erase_subscriber", before="DROP FUNCTION erase_subscriber(text, text)"),
        stored_function("enquiries", "is_erasing"),
    ]
