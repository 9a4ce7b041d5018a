from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

OPEN = ~Q(stage__in=["booked", "lost", "unsuitable", "invalid"]) & Q(merged_into__isnull=True, erased_at__isnull=True)


class Migration(migrations.Migration):
    # Concurrently, so that enquiries come in meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("enquiries", "0100_reminders")]
    operations = [
        AddIndexConcurrently(
            "lead",
            models.Index(
                fields=["next_action_on", "id"],
                name="lead_day",
                include=["next_action_at", "next_action", "first_answer_due_at", "first_answered_at"],
                condition=OPEN,
            ),
        ),
        AddIndexConcurrently(
            "lead",
            models.Index(
                fields=["stage", "-created_at", "-id"],
                name="lead_nobodys",
                include=["asked_at"],
                condition=OPEN & Q(owner__isnull=True),
            ),
        ),
        AddIndexConcurrently(
            "enquiry",
            models.Index(
                fields=["lead"],
                name="enquiry_contact",
                include=["consent_contact"],
                condition=Q(consent_contact__isnull=False),
            ),
        ),
        RemoveIndexConcurrently("lead", "lead_due"),
        RemoveIndexConcurrently("lead", "lead_unassigned"),
    ]
