"""A notice to staff is nobody's mail, whoever's address it goes to: erasing a person keeps each kind of it."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("enquiries.migrations.0004_erase_person").FORWARD.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
AFTER = BEFORE.replace("kind <> 'staff_notice'", "kind NOT IN ('staff_notice', 'packet_failed')")


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0005_packet_came_back")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
