"""The page of numbers asks for those who asked in some weeks, among millions."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # The index is made concurrently, so that enquiries come in meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("enquiries", "0020_lists_in_and_out")]
    operations = [
        AddIndexConcurrently(
            "lead",
            models.Index(
                fields=["asked_at"],
                name="lead_asked",
                condition=Q(merged_into__isnull=True, asked_at__isnull=False),
            ),
        )
    ]
