"""One mail a month for whoever wishes that, and who got it with which issues."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from foundation.stored_functions import stored_function

TRIGGERS = """
CREATE TRIGGER digestrecipient_stays BEFORE UPDATE OR DELETE ON newsletters_digestrecipient
    FOR EACH ROW EXECUTE FUNCTION keep_digest_recipient();
CREATE TRIGGER subscriber_digests_forgotten BEFORE DELETE ON mailings_subscriber
    FOR EACH ROW EXECUTE FUNCTION forget_digest_recipient();
"""
NO_TRIGGERS = """
DROP TRIGGER digestrecipient_stays ON newsletters_digestrecipient;
DROP TRIGGER subscriber_digests_forgotten ON mailings_subscriber;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0037_reports_with_results"),
        ("newsletters", "0027_sent_again_is_under_way"),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True, verbose_name="month")),
                ("candidates", models.PositiveIntegerField(default=0, verbose_name="recipients")),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="begun at")),
                (
                    "paused_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("staff", "Somebody who works here paused it."),
                            ("bounces", "Of a hundred mails two or more came back, since the addresses do not exist."),
                            ("complaints", "Of a thousand people one or more reported it as spam."),
                        ],
                        db_default="",
                        max_length=20,
                        verbose_name="paused because",
                    ),
                ),
                ("resumed_at", models.DateTimeField(blank=True, null=True, verbose_name="resumed at")),
                (
                    "mailing",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="mailings.mailing",
                        verbose_name="mailing",
                    ),
                ),
            ],
            options={
                "verbose_name": "monthly e-mail",
                "verbose_name_plural": "monthly e-mails",
                "ordering": ["-month"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DigestRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "issues",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="issues"
                    ),
                ),
                (
                    "digest",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recipients",
                        to="newsletters.digest",
                        verbose_name="monthly e-mail",
                    ),
                ),
                (
                    "outgoing",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="digest_recipient",
                        to="mailings.outgoingemail",
                        verbose_name="mail",
                    ),
                ),
                (
                    "subscriber",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="digests",
                        to="newsletters.subscriber",
                        verbose_name="subscriber",
                    ),
                ),
            ],
            options={
                "verbose_name": "recipient of a monthly e-mail",
                "verbose_name_plural": "recipients of monthly e-mails",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("digest", "subscriber"), name="digestrecipient_once")],
            },
        ),
        *(
            stored_function("newsletters", name, before=f"DROP FUNCTION {name}()")
            for name in ("keep_digest_recipient", "forget_digest_recipient")
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
