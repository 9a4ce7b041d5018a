"""A word written down by a slip is undone, and whoever wanted no packet asks for it after all."""

from django.db import migrations, models

KINDS = [
    ("stage", "stage"),
    ("enquiry", "enquiry"),
    ("consent", "consent"),
    ("packet_queued", "packet queued"),
    ("packet_sent", "packet sent"),
    ("packet_failed", "packet failed"),
    ("packet_not_sent", "packet not sent"),
    ("packet_uncertain", "packet may not have arrived"),
    ("packet_bounced", "packet came back"),
    ("packet_complained", "packet reported as spam"),
    ("packet_downloaded", "packet downloaded"),
    ("disowned", "says it was not them"),
    ("note", "note"),
    ("call", "call"),
    ("mail", "mail"),
    ("imported", "imported"),
    ("address_corrected", "address corrected"),
    ("next_action", "next action"),
    ("owner", "owner"),
    ("details", "details changed"),
    ("merged", "merged"),
    ("unmerged", "taken apart again"),
    ("told_apart", "not the same person"),
    ("stop_lifted", "wants mail again"),
    ("consent_ended", "wants no contact any more"),
    ("end_undone", "did not say so"),
    ("packet_asked", "asked for the packet"),
    ("mail_sent", "mail sent"),
    ("tags", "tags"),
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0078_erasing_takes_tags")]
    operations = [
        migrations.AlterField("leadevent", "kind", models.CharField(choices=KINDS, max_length=30, verbose_name="kind")),
    ]
