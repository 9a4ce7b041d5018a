from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that mail goes out meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("mailings", "0031_mailings")]
    operations = [
        AddIndexConcurrently(
            "outgoingemail",
            models.Index(
                condition=models.Q(("mailing__isnull", False)),
                fields=["mailing", "state"],
                name="outgoingemail_mailing",
            ),
        ),
    ]
