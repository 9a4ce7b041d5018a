"""Somebody may take back that they are contacted, by telephone."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from foundation.stored_functions import stored_function

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
]


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0052_who_may_own"), ("mailings", "0018_demo_packet")]
    operations = [
        migrations.AlterField("leadevent", "kind", models.CharField(choices=KINDS, max_length=30, verbose_name="kind")),
        migrations.CreateModel(
            "EndedConsent",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("consent", models.OneToOneField(on_delete=PROTECT, related_name="ended", to="mailings.consent")),
                ("event", models.ForeignKey(on_delete=PROTECT, related_name="+", to="enquiries.leadevent")),
            ],
            options={"default_permissions": ()},
        ),
        stored_function("enquiries", "may_be_contacted"),
    ]
