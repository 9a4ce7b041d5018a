import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

ACCOUNT = settings.AUTH_USER_MODEL
IDENTITY = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
VERBS = [("assign", "assign"), ("snooze", "put off"), ("close", "close"), ("document", "send a document")]


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0018_mail_templates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", IDENTITY.clone()),
                ("name", models.CharField(max_length=60, verbose_name="name of the view")),
                ("query", models.CharField(max_length=500)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="saved_views", to=ACCOUNT
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ["created_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "name"), name="savedview_one_of_a_name"),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="savedview_has_a_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BulkRun",
            fields=[
                ("id", IDENTITY.clone()),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("verb", models.CharField(choices=VERBS, max_length=20, verbose_name="what")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="at"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulk_runs",
                        to=ACCOUNT,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk run",
                "verbose_name_plural": "bulk runs",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="BulkOutcome",
            fields=[
                ("id", IDENTITY.clone()),
                ("left_out_because", models.CharField(blank=True, db_default="", default="", max_length=300)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulk_outcomes",
                        to="enquiries.lead",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="enquiries.bulkrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk outcome",
                "verbose_name_plural": "bulk outcomes",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("run", "lead"), name="bulkoutcome_once_for_each_lead")],
            },
        ),
    ]
