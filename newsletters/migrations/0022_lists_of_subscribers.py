"""Subscribers from elsewhere: the lists they come with, and the proof of what they agreed to there."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TRIGGERS = """
CREATE TRIGGER importedconsent_append_only BEFORE UPDATE OR DELETE ON newsletters_importedconsent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
NO_TRIGGERS = "DROP TRIGGER importedconsent_append_only ON newsletters_importedconsent"


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0021_readers_may_erase"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "SubscriberImport",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since"),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="file")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("evidence", "They agreed to a newsletter of ours, and we can show it"),
                            ("invitation", "Ask each of them by e-mail; only who confirms gets the newsletter"),
                        ],
                        max_length=20,
                        verbose_name="how",
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="to which words they agreed")),
                ("place", models.CharField(blank=True, max_length=300, verbose_name="where they agreed")),
                ("agreed_on", models.DateField(blank=True, null=True, verbose_name="when they agreed")),
                ("content", models.BinaryField(default=b"")),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("done", "done")],
                        default="waiting",
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of subscribers",
                "verbose_name_plural": "imports of subscribers",
                "ordering": ["-created_at"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(how="evidence") | (~models.Q(words="") & ~models.Q(place="")),
                        name="subscriberimport_has_evidence",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "ImportedConsent",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_hash", models.CharField(db_index=True, editable=False, max_length=64)),
                ("agreed_on", models.DateField(verbose_name="agreed on")),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="newsletters.subscriberimport",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent given elsewhere",
                "verbose_name_plural": "consents given elsewhere",
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            "subscriber",
            options={
                "ordering": ["-created_at"],
                "permissions": [
                    ("import_subscribers", "Can bring subscribers from elsewhere"),
                    ("export_subscribers", "Can take the list of subscribers out of the house"),
                ],
                "verbose_name": "subscriber",
                "verbose_name_plural": "subscribers",
            },
        ),
        migrations.AlterField(
            "subscriber",
            "consent",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="mailings.consent",
                verbose_name="consent",
            ),
        ),
        migrations.AddField(
            "subscriber",
            "imported",
            models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="newsletters.importedconsent",
                verbose_name="consent given elsewhere",
            ),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
