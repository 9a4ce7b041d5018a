"""Providers that take mail slowly, and the days of a new sender's ramp."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0034_ledger_of_mailings")]
    operations = [
        migrations.CreateModel(
            "BulkDay",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sender", models.CharField(max_length=254, verbose_name="domain of the sender")),
                ("day", models.DateField(verbose_name="day")),
                ("mails", models.PositiveIntegerField(verbose_name="mails")),
            ],
            options={
                "verbose_name": "mails to many on a day",
                "verbose_name_plural": "mails to many on a day",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("sender", "day"), name="bulkday_once")],
            },
        ),
        migrations.CreateModel(
            "SlowProvider",
            [
                (
                    "provider",
                    models.CharField(max_length=254, primary_key=True, serialize=False, verbose_name="provider"),
                ),
                ("seconds", models.FloatField(verbose_name="seconds between two mails")),
                ("next_at", models.DateTimeField(verbose_name="next mail at")),
                ("grown_at", models.DateTimeField(verbose_name="last refusal at")),
            ],
            options={
                "verbose_name": "provider that takes mail slowly",
                "verbose_name_plural": "providers that take mail slowly",
                "default_permissions": (),
            },
        ),
    ]
