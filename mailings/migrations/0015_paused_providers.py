"""A provider that refuses us is paused by itself; all other mail goes out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0014_meanings"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            "ProviderPause",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=254, verbose_name="provider")),
                ("paused_at", models.DateTimeField(verbose_name="paused at")),
                ("reply", models.TextField(blank=True, verbose_name="reply")),
                ("resumed_at", models.DateTimeField(blank=True, null=True, verbose_name="resumed at")),
                (
                    "resumed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="resumed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "paused provider",
                "verbose_name_plural": "paused providers",
                "ordering": ["paused_at"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(resumed_at=None), fields=("provider",), name="providerpause_stands_once"
                    )
                ],
            },
        )
    ]
