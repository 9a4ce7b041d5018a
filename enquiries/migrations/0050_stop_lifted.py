"""A stop may be lifted on the person's own word."""

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
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0042_may_be_contacted")]
    operations = [
        migrations.AlterField("leadevent", "kind", models.CharField(choices=KINDS, max_length=30, verbose_name="kind")),
    ]
