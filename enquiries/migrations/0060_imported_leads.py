from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that enquiries come in meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("enquiries", "0059_undo_import")]
    operations = [
        AddIndexConcurrently(
            "leadevent",
            models.Index(fields=["lead"], name="leadevent_imported", condition=models.Q(kind="imported")),
        ),
    ]
