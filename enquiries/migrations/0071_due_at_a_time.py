from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

OPEN = ~Q(stage__in=["booked", "lost", "unsuitable", "invalid"]) & Q(merged_into__isnull=True, erased_at__isnull=True)


class Migration(migrations.Migration):
    # Concurrently, so that people write meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("enquiries", "0070_next_action_times")]
    operations = [
        AddIndexConcurrently(
            "lead",
            models.Index(
                fields=["next_action_at", "id"],
                name="lead_due_at",
                condition=OPEN & Q(next_action_at__isnull=False),
            ),
        ),
    ]
