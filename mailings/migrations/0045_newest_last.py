"""Mails by when they were queued, the newest last: Postgres finds the end of an index without looking for it."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that mail goes out meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("mailings", "0044_put_sent")]
    operations = [
        AddIndexConcurrently("outgoingemail", models.Index(fields=["created_at"], name="outgoingemail_queued")),
        # Last, so that the list is read by one or the other all the time.
        RemoveIndexConcurrently("outgoingemail", "outgoingemail_newest"),
    ]
