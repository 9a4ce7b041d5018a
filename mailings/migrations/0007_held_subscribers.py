from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that people sign up meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("mailings", "0006_steer_permission")]
    operations = [
        AddIndexConcurrently(
            "subscriber", models.Index(fields=["email"], name="subscriber_held", condition=models.Q(state="held"))
        ),
    ]
