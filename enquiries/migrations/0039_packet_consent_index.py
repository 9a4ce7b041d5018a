from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Concurrently, so that enquiries come in meanwhile; that cannot stand in a transaction.
    atomic = False
    dependencies = [("enquiries", "0038_packet_consent")]
    operations = [
        AddIndexConcurrently("enquiry", models.Index(fields=["consent_packet"], name="enquiry_packet_consent")),
    ]
