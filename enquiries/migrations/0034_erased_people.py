"""Who was erased is known again when an old list names them: by a hash, of no use to whoever lacks their address."""

from django.db import migrations, models

# Of those erased before, where a consent kept the hash of their address.
KNOWN = """
INSERT INTO enquiries_erasedperson (person_hash, erased_on)
SELECT consent.address_hash, max(lead.erased_at)::date
FROM enquiries_enquiry AS enquiry
JOIN enquiries_lead AS lead ON lead.id = enquiry.lead_id
JOIN mailings_consent AS consent ON consent.id IN (enquiry.consent_contact_id, enquiry.consent_newsletter_id)
WHERE lead.erased_at IS NOT NULL AND consent.address_hash <> ''
GROUP BY consent.address_hash;
"""


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0036_packet_sources")]
    operations = [
        migrations.CreateModel(
            name="ErasedPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person_hash", models.CharField(max_length=64, unique=True, verbose_name="hash")),
                ("erased_on", models.DateField(verbose_name="erased on")),
            ],
            options={"verbose_name": "erased person", "verbose_name_plural": "erased people"},
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
