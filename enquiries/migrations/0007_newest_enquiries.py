from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that enquiries come in meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("enquiries", "0006_erasure_keeps_notices"), ("mailings", "0005_newest_mail_events")]
    operations = [
        AddIndexConcurrently("enquiry", models.Index(fields=["-received_at", "-id"], name="enquiry_newest")),
    ]
