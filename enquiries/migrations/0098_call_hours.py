"""When somebody prefers to be called; an erased person prefers nothing."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

from foundation.stored_functions import stored_function

PATTERN = r"^(|mornings|afternoons|evenings|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$"
TRIGGER = """
CREATE TRIGGER lead_version_of_call_hours BEFORE UPDATE OF call_hours ON enquiries_lead
FOR EACH ROW WHEN (OLD.call_hours IS DISTINCT FROM NEW.call_hours) EXECUTE FUNCTION count_lead_version();
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0097_mentions")]
    operations = [
        migrations.AddField(
            "lead",
            "call_hours",
            models.CharField("prefers to be called", blank=True, db_default="", default="", max_length=11),
        ),
        # The next one looks at the rows, so that nobody waits meanwhile.
        AddConstraintNotValid(
            "lead", models.CheckConstraint(condition=Q(call_hours__regex=PATTERN), name="lead_call_hours_are_hours")
        ),
        AddConstraintNotValid(
            "lead",
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(call_hours=""), name="lead_erased_prefers_nothing"
            ),
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER lead_version_of_call_hours ON enquiries_lead"),
        stored_function("enquiries", "erase_person"),
    ]
