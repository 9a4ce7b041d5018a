"""Refusals of us are found by what they mean, no longer by their code."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # Concurrently, so that mail goes out meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("mailings", "0015_paused_providers")]
    operations = [
        AddIndexConcurrently(
            "mailevent",
            models.Index(
                fields=["at"], name="mailevent_about_us", condition=Q(meaning__in=["unwanted", "our_address"])
            ),
        ),
        RemoveIndexConcurrently("mailevent", "mailevent_policy"),
    ]
