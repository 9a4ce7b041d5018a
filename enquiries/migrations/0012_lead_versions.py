"""Each change of what staff edit counts the lead's version up, whoever writes: so a form knows that it grew stale.

Only of what staff edit: a merge and its undo leave no trace in the row, and what the clinic's clock writes is in the
way of nobody.
"""

from django.db import migrations, models

COLUMNS = "name, email, phone, country, stage, closed_reason, owner_id, next_action, next_action_on"
OLD, NEW = (", ".join(f"{row}.{column}" for column in COLUMNS.split(", ")) for row in ("OLD", "NEW"))

FORWARD = f"""
CREATE FUNCTION count_lead_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER lead_version BEFORE UPDATE ON enquiries_lead
    FOR EACH ROW WHEN (({OLD}) IS DISTINCT FROM ({NEW})) EXECUTE FUNCTION count_lead_version();
"""
BACKWARD = """
DROP TRIGGER lead_version ON enquiries_lead;
DROP FUNCTION count_lead_version();
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0011_first_answer")]
    operations = [
        migrations.AddField("lead", "version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
