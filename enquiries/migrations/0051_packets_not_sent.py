from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that enquiries come in meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("enquiries", "0050_stop_lifted")]
    operations = [
        AddIndexConcurrently(
            "leadevent",
            models.Index(condition=models.Q(kind="packet_not_sent"), fields=["lead"], name="leadevent_not_sent"),
        ),
    ]
