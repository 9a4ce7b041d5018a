"""The archive is made of issues, and each process holds its pages."""

from django.db import migrations

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0022_lists_of_subscribers"), ("foundation", "0008_packets_move_content")]
    operations = [content_trigger("newsletters_newsletter")]
