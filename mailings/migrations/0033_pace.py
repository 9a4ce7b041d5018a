"""How fast mail to many goes out, for all workers together."""

from django.db import migrations, models

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("mailings", "0032_mailing_index")]
    operations = [
        migrations.CreateModel(
            "BulkMinute",
            [
                ("minute", models.DateTimeField(primary_key=True, serialize=False, verbose_name="minute")),
                ("mails", models.PositiveIntegerField(verbose_name="mails")),
            ],
            options={
                "verbose_name": "mails to many in a minute",
                "verbose_name_plural": "mails to many in a minute",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            "BulkPace",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("next_at", models.DateTimeField(verbose_name="next mail at")),
                ("closed_until", models.DateTimeField(blank=True, null=True, verbose_name="none before")),
            ],
            options={
                "verbose_name": "pace of mail to many",
                "verbose_name_plural": "pace of mail to many",
                "default_permissions": (),
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="bulkpace_one_row")],
            },
        ),
        stored_function("mailings", "take_bulk_slot", before="DROP FUNCTION take_bulk_slot(integer, integer, integer)"),
    ]
