"""The mails of an address are found without writing their kind and time into the index at each issue."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # Concurrently, so that mail goes out meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("mailings", "0050_long_lists")]
    operations = [
        AddIndexConcurrently("outgoingemail", models.Index(fields=["email"], name="outgoingemail_to")),
        AddIndexConcurrently(
            "outgoingemail",
            models.Index(
                fields=["email", "kind", "created_at"], name="outgoingemail_share", condition=~Q(kind="newsletter")
            ),
        ),
        RemoveIndexConcurrently("outgoingemail", "outgoingemail_address"),
    ]
