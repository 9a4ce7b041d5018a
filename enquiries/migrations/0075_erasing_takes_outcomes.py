"""The clinic's own words of how a call went are erased with the person, also of whoever was erased before."""

from django.db import migrations

from foundation.stored_functions import stored_function

FINISH = """
SELECT erase_person(NULL, lead.id, '', false) FROM enquiries_lead AS lead
WHERE lead.erased_at IS NOT NULL AND EXISTS (
    SELECT FROM enquiries_leadevent AS event WHERE event.lead_id = lead.id AND event.data ? 'called'
)
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0074_their_calls_answer_nothing")]
    operations = [
        stored_function("enquiries", "erase_person"),
        migrations.RunSQL(FINISH, migrations.RunSQL.noop),
    ]
