"""An erased lead holds nothing of anybody, and Postgres says so.

Words that were saved while an erasure was under way stayed; they go now. Where an address was put back and its owner
has written since, somebody waits for an answer whom no list shows: that lead is a lead again.
"""

from django.db import migrations, models
from django.db.models import Q

from foundation.stored_functions import stored_function

TRIGGERS = """
CREATE TRIGGER leadevent_not_of_erased BEFORE INSERT ON enquiries_leadevent
    FOR EACH ROW WHEN (
        NEW.text <> '' OR NEW.data ?| ARRAY['before', 'after'] OR NEW.data ->> 'reason' NOT IN ('', 'erased')
    ) EXECUTE FUNCTION refuse_words_of_erased();
CREATE TRIGGER enquiry_not_of_erased BEFORE INSERT OR UPDATE OF lead_id ON enquiries_enquiry
    FOR EACH ROW WHEN (NEW.lead_id IS NOT NULL AND (NEW.email <> '' OR NEW.fields <> '{}'))
    EXECUTE FUNCTION refuse_words_of_erased();
"""
NO_TRIGGERS = """
DROP TRIGGER leadevent_not_of_erased ON enquiries_leadevent;
DROP TRIGGER enquiry_not_of_erased ON enquiries_enquiry;
"""
MEND = """
UPDATE enquiries_lead AS lead SET
    erased_at = NULL, closed_reason = '', next_action = 'answer_new_enquiry', next_action_on = current_date,
    stage = CASE WHEN stage IN ('lost', 'unsuitable', 'invalid') THEN 'new' ELSE stage END
WHERE erased_at IS NOT NULL AND merged_into_id IS NULL AND email IS NOT NULL AND EXISTS (
    SELECT FROM enquiries_enquiry AS enquiry
    WHERE enquiry.lead_id = lead.id AND enquiry.received_at > lead.erased_at AND enquiry.fields <> '{}'
);
SELECT erase_person(NULL, id, '', false) FROM enquiries_lead AS lead
WHERE erased_at IS NOT NULL AND (
    (name, coalesce(email, ''), phone, country, stage, closed_reason, next_action)
        IS DISTINCT FROM ('', '', '', '', 'invalid', 'erased', '')
    OR next_action_on IS NOT NULL
    OR EXISTS (
        SELECT FROM enquiries_leadevent AS event WHERE event.lead_id = lead.id AND (
            event.text <> '' OR event.data ?| ARRAY['before', 'after'] OR event.data ->> 'reason' NOT IN ('', 'erased')
        )
    )
    OR EXISTS (SELECT FROM enquiries_enquiry AS enquiry WHERE enquiry.lead_id = lead.id AND enquiry.fields <> '{}')
);
-- Else the table could not be altered in this transaction.
SET CONSTRAINTS ALL IMMEDIATE;
"""
NOTHING = Q(name="", email=None, phone="", country="", next_action="", next_action_on=None)
ERASED = Q(stage="invalid", closed_reason="erased")


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0029_only_erasing_erases")]
    operations = [
        # First, as visitors' enquiries take it first; the other way round each would wait for the other.
        migrations.RunSQL("LOCK TABLE enquiries_lead IN ACCESS EXCLUSIVE MODE;", migrations.RunSQL.noop),
        stored_function("enquiries", "refuse_words_of_erased"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
        migrations.RunSQL(MEND, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | NOTHING & ERASED, name="lead_erased_holds_nothing"
            ),
        ),
    ]
