from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that people come and go meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("newsletters", "0048_address_hash")]
    operations = [
        AddIndexConcurrently(
            "subscriber",
            models.Index(condition=models.Q(("address_hash", None)), fields=["id"], name="subscriber_unhashed"),
        ),
    ]
