"""What the canary test found: erasing a lead left the newsletter mails of its sign-ups, when these had gone to an
address since corrected, and the language of an enquiry, which is whatever somebody posted.

And a mail to staff about their own account is nobody's mail, like the notices of 0006: it stays.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("enquiries.migrations.0006_erasure_keeps_notices").AFTER
CHANGES = {
    "('staff_notice', 'packet_failed')": "('staff_notice', 'packet_failed', 'password_reset', 'account_notice')",
    "WHERE lead_id = ANY(lead_ids));": """WHERE lead_id = ANY(lead_ids))
       OR id IN (
           SELECT unnest(ARRAY[confirmation_id, welcome_id]) FROM mailings_subscriber
           WHERE consent_id = ANY(consent_ids)
       );""",
    "source_path = '', utm = '{}',": "source_path = '', utm = '{}', language = '',",
}
AFTER = BEFORE
for old, new in CHANGES.items():
    AFTER = AFTER.replace(old, new)


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0008_person_permissions"), ("mailings", "0006_steer_permission")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
