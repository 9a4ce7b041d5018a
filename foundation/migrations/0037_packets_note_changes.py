"""Which packet goes out stands on the page on which it is asked for."""

from django.db import migrations

from foundation.stored_functions import change_trigger


class Migration(migrations.Migration):
    dependencies = [("foundation", "0036_content_changes"), ("enquiries", "0130_erasing_takes_it_from_others")]
    operations = [change_trigger("enquiries_packet", "title", "topic_id", "sent_version_id")]
