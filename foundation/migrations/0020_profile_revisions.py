"""Who saved which details of the clinic, and a right of its own to what it promises."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER profilerevision_append_only BEFORE UPDATE OR DELETE ON foundation_profilerevision
FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
PROMISE = ("promise_answers", "Can change by when answers are promised and who is given new leads")


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0008_packets_move_content"),
        ("articles", "0003_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterModelOptions(
            "clinicprofile",
            {
                "permissions": [PROMISE],
                "verbose_name": "clinic profile",
                "verbose_name_plural": "clinic profile",
            },
        ),
        migrations.CreateModel(
            "ProfileRevision",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField()),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "saved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "revision of the clinic profile",
                "verbose_name_plural": "revisions of the clinic profile",
                "ordering": ["-pk"],
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER profilerevision_append_only ON foundation_profilerevision"),
    ]
