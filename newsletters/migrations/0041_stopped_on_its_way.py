"""An issue that was cancelled while it went out says so itself: the archive, which is held in memory, asks no mail."""

from django.db import migrations, models

SOMEBODY_HAS_IT = """
UPDATE newsletters_newsletter AS issue SET stopped_at = clock_timestamp()
WHERE issue.state = 'cancelled' AND issue.sent_at IS NULL AND EXISTS (
    SELECT FROM mailings_outgoingemail AS mail
    WHERE mail.mailing_id = issue.mailing_id AND mail.state IN ('sent', 'sending', 'uncertain')
)
"""


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0040_link_counts"), ("mailings", "0044_put_sent")]
    operations = [
        migrations.AddField(
            "newsletter",
            "stopped_at",
            models.DateTimeField("stopped on its way at", null=True, blank=True, editable=False),
        ),
        migrations.RunSQL(SOMEBODY_HAS_IT, migrations.RunSQL.noop),
    ]
