"""A call of theirs answers them only where somebody spoke with them. One that says not whose it was counts as ours."""

from django.db import migrations

TRIGGER = """
DROP TRIGGER leadevent_first_answer ON enquiries_leadevent;
CREATE TRIGGER leadevent_first_answer AFTER INSERT ON enquiries_leadevent
    FOR EACH ROW WHEN (
        NEW.actor_id IS NOT NULL AND (
            (NEW.kind = 'call' AND %s)
            OR NEW.kind = 'mail_sent'
            OR (NEW.kind = 'mail' AND NOT NEW.data ?| ARRAY['bulk', 'answers_when_sent'])
            OR (NEW.kind = 'stage' AND NEW.data ->> 'to' IN (
                'contacted', 'in_conversation', 'records', 'medical_review', 'candidate', 'quoted', 'booked'
            ))
        )
    ) EXECUTE FUNCTION note_first_answer();
"""
REACHED = "NEW.data ->> 'outcome' IS DISTINCT FROM 'no_answer'"
SPOKE_OR_OURS = "(NEW.data ->> 'outcome' = 'spoke' OR NEW.data ->> 'direction' IS DISTINCT FROM 'theirs')"


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0073_call_outcomes")]
    operations = [migrations.RunSQL(TRIGGER % f"{REACHED} AND {SPOKE_OR_OURS}", TRIGGER % REACHED)]
