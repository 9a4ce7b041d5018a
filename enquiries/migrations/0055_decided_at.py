"""When a held enquiry was decided: for a day a discarded one can be brought back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0054_sent_mails_answer")]
    operations = [
        migrations.AddField("enquiry", "decided_at", models.DateTimeField(blank=True, editable=False, null=True)),
    ]
