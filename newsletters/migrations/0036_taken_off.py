"""Whom a mail server took off the newsletter reads on when staff say that it erred."""

from django.db import migrations, models

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0035_stopped_since")]
    operations = [
        migrations.AddField(
            "subscriber",
            "taken_off_at",
            models.DateTimeField("taken off at", null=True, blank=True, editable=False),
        ),
        stored_function("newsletters", "write_subscriber_change"),
    ]
