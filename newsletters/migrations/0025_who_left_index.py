from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that people come and go meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("newsletters", "0024_changes_of_subscribers")]
    operations = [
        AddIndexConcurrently(
            "subscriber",
            models.Index(
                condition=models.Q(("state", "unsubscribed")), fields=["unsubscribed_at"], name="subscriber_left"
            ),
        ),
    ]
