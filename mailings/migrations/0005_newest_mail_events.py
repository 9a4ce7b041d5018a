from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that mail goes on meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("mailings", "0004_mail_events_append_only")]
    operations = [
        AddIndexConcurrently("mailevent", models.Index(fields=["at", "kind"], name="mailevent_newest")),
    ]
