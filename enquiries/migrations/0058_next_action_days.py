"""A next action lies within two years."""

from django.db import migrations

from foundation.stored_functions import stored_function

TRIGGER = """
CREATE TRIGGER lead_next_action_day BEFORE INSERT OR UPDATE OF next_action_on ON enquiries_lead
FOR EACH ROW WHEN (NEW.next_action_on IS NOT NULL) EXECUTE FUNCTION check_next_action_day();
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0055_decided_at")]
    operations = [
        stored_function("enquiries", "check_next_action_day", before="DROP FUNCTION check_next_action_day()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER lead_next_action_day ON enquiries_lead"),
    ]
