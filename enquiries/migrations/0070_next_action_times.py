"""A next action may have a time of day."""

from django.db import migrations, models

from foundation.stored_functions import stored_function

TRIGGERS = """
CREATE TRIGGER lead_next_action_time BEFORE UPDATE OF next_action_on ON enquiries_lead
FOR EACH ROW WHEN (
    OLD.next_action_at = NEW.next_action_at AND OLD.next_action_on IS DISTINCT FROM NEW.next_action_on
) EXECUTE FUNCTION drop_next_action_time();
CREATE TRIGGER lead_version_of_time BEFORE UPDATE OF next_action_at ON enquiries_lead
FOR EACH ROW WHEN (OLD.next_action_at IS DISTINCT FROM NEW.next_action_at) EXECUTE FUNCTION count_lead_version();
"""
BACKWARD = """
DROP TRIGGER lead_version_of_time ON enquiries_lead;
DROP TRIGGER lead_next_action_time ON enquiries_lead;
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0062_packet_look")]
    operations = [
        migrations.AddField(
            "lead", "next_action_at", models.DateTimeField("at", blank=True, editable=False, null=True)
        ),
        stored_function("enquiries", "drop_next_action_time", before="DROP FUNCTION drop_next_action_time()"),
        migrations.RunSQL(TRIGGERS, BACKWARD),
    ]
