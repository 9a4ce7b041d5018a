"""Which packet goes out is content, too. Beside its table, since rooms above have no number of their own for it."""

from django.db import migrations

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [("foundation", "0007_content_version"), ("enquiries", "0036_packet_sources")]
    operations = [content_trigger("enquiries_packet"), content_trigger("enquiries_packetversion")]
