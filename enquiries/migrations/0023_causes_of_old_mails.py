"""The mails that are there get their audience and the row of their cause, by the trigger of clinic.0006, once from keys
that nobody reads any more. Then erasing asks the audience, and knows no list of kinds.
"""

from importlib import import_module

from django.db import migrations

from foundation.stored_functions import stored_function

# The kinds to staff as they were; those without an audience came between mailings.0010 and the trigger.
FORWARD = """
UPDATE mailings_outgoingemail SET audience = ''
WHERE audience = ''
   OR kind IN ('staff_notice', 'packet_failed', 'lead_assigned', 'password_reset', 'account_notice');
"""
ERASE_BEFORE = import_module("enquiries.migrations.0018_mail_templates").ERASE_AFTER


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0022_staff_notices"), ("clinic", "0006_account_mails")]
    operations = [
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
        stored_function("enquiries", "erase_person", before=ERASE_BEFORE),
    ]
