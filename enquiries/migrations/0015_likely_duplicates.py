"""Indexes by which a lead's page finds who else may be the same person, and the events of its merges."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Func, Q
from django.db.models.fields.json import KeyTransform


class Migration(migrations.Migration):
    # Concurrently, so that enquiries come in meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("enquiries", "0014_merging")]
    operations = [
        AddIndexConcurrently(
            "lead",
            models.Index(Func("phone", function="lead_phone_end"), name="lead_phone_end", condition=~Q(phone="")),
        ),
        AddIndexConcurrently("lead", models.Index(Func("email", function="lead_mailbox"), name="lead_mailbox")),
        AddIndexConcurrently(
            "lead", models.Index("country", Func("name", function="lead_name_start"), name="lead_name_start")
        ),
        AddIndexConcurrently(
            "lead", models.Index("country", Func("name", function="lead_name_end"), name="lead_name_end")
        ),
        AddIndexConcurrently(
            "leadevent",
            models.Index(
                KeyTransform("merged", "data"),
                name="leadevent_merge",
                condition=Q(kind__in=["merged", "unmerged"]),
            ),
        ),
    ]
