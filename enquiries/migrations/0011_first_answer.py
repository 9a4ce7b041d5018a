"""The clock that runs from an enquiry to the first answer of a person.

When it is to end is computed by the action that takes the enquiry, from the clinic's opening hours. When it ended is
written here, so that no path that leaves a trace of a contact can forget it. The packet goes out by itself: no answer.
"""

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.models import F, Q

FORWARD = """
CREATE FUNCTION note_first_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The earliest counts, also when it is written down later; what was before they asked does not.
    UPDATE enquiries_lead SET first_answered_at = NEW.at
    WHERE id = NEW.lead_id AND NEW.at >= asked_at AND (first_answered_at IS NULL OR NEW.at < first_answered_at);
    RETURN NULL;
END $$;
CREATE TRIGGER leadevent_first_answer AFTER INSERT ON enquiries_leadevent
    FOR EACH ROW WHEN (
        NEW.actor_id IS NOT NULL AND (
            NEW.kind IN ('call', 'mail')
            OR (NEW.kind = 'stage' AND NEW.data ->> 'to' IN (
                'contacted', 'in_conversation', 'records', 'medical_review', 'candidate', 'quoted', 'booked'
            ))
        )
    ) EXECUTE FUNCTION note_first_answer();
"""
BACKWARD = """
DROP TRIGGER leadevent_first_answer ON enquiries_leadevent;
DROP FUNCTION note_first_answer();
"""

SHOWN = Q(merged_into__isnull=True, erased_at__isnull=True)
OPEN = ~Q(stage__in=["booked", "lost", "unsuitable", "invalid"]) & SHOWN
WAITING = OPEN & Q(first_answered_at__isnull=True, first_answer_due_at__isnull=False)
NOT_CALLED = OPEN & Q(stage="new", first_answered_at__isnull=True)
LATE = SHOWN & Q(first_answered_at__gt=F("first_answer_due_at"))
WHOLE = Q(asked_at__isnull=True, first_answer_due_at__isnull=True, first_answered_at__isnull=True) | Q(
    asked_at__isnull=False, first_answer_due_at__isnull=False, first_answer_due_at__gte=F("asked_at")
)
FIELDS = {
    "asked_at": "waiting since",
    "first_answer_due_at": "first answer due",
    "first_answered_at": "first answered",
}


class Migration(migrations.Migration):
    # The indexes are made concurrently, so that enquiries come in meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("enquiries", "0010_lead_search")]
    operations = [
        *(
            migrations.AddField(
                "lead", name, models.DateTimeField(blank=True, editable=False, null=True, verbose_name=words)
            )
            for name, words in FIELDS.items()
        ),
        AddConstraintNotValid("lead", models.CheckConstraint(condition=WHOLE, name="lead_answer_clock_whole")),
        ValidateConstraint("lead", "lead_answer_clock_whole"),
        AddIndexConcurrently(
            "lead", models.Index(fields=["first_answer_due_at", "id"], name="lead_awaiting_answer", condition=WAITING)
        ),
        AddIndexConcurrently(
            "lead", models.Index(fields=["first_answer_due_at", "id"], name="lead_answered_late", condition=LATE)
        ),
        AddIndexConcurrently("lead", models.Index(fields=["id"], name="lead_not_called", condition=NOT_CALLED)),
        # Today asks of each of these whether they hold the packet in their hands.
        AddIndexConcurrently(
            "packetdelivery",
            models.Index(
                fields=["lead"], name="packetdelivery_downloaded", condition=Q(first_downloaded_at__isnull=False)
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
