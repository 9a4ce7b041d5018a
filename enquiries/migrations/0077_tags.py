"""Tags that managers keep, on leads; with an erased one stands none."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

HELP = (
    "How you work with these people, such as “Congress 2027”. Never anything of somebody's health: a tag "
    "stands in lists and in exported files, and is read by all who may see leads."
)
# As words that come while an erasure is under way: it waits, or is refused.
TRIGGER = """
CREATE TRIGGER leadtag_not_of_erased BEFORE INSERT ON enquiries_leadtag
    FOR EACH ROW EXECUTE FUNCTION refuse_words_of_erased();
"""
# Also of a word undone, and of whoever asks for the packet after all.
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
    dependencies = [
        ("enquiries", "0076_shared_views"),
    ]

    operations = [
        migrations.AlterField(
            model_name="bulkrun",
            name="verb",
            field=models.CharField(
                choices=[
                    ("assign", "assign"),
                    ("snooze", "put off"),
                    ("close", "close"),
                    ("tag", "tag"),
                    ("document", "send a document"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
        migrations.AlterField("leadevent", "kind", models.CharField(choices=KINDS, max_length=30, verbose_name="kind")),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        help_text=HELP,
                        max_length=40,
                        verbose_name="name",
                    ),
                ),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": [django.db.models.functions.text.Lower("name"), "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="tag_one_of_a_name",
                        violation_error_message="There is a tag of this name already.",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="tag_has_a_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "came_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enquiries.lead",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lead_tags", to="enquiries.lead"
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lead_tags",
                        to="enquiries.tag",
                    ),
                ),
            ],
            options={
                "verbose_name": "tag of a lead",
                "verbose_name_plural": "tags of leads",
                "indexes": [models.Index(fields=["tag", "lead"], name="leadtag_of_tag")],
                "constraints": [models.UniqueConstraint(fields=("lead", "tag"), name="leadtag_once")],
            },
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER leadtag_not_of_erased ON enquiries_leadtag"),
    ]
