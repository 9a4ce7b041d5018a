"""What subscribers choose for themselves: topics, how often, and a pause."""

import django.db.models.deletion
from django.db import migrations, models

from foundation.stored_functions import stored_function

TRIGGER = """
CREATE TRIGGER subscriber_choices_forgotten BEFORE DELETE ON mailings_subscriber
    FOR EACH ROW EXECUTE FUNCTION forget_choices();
"""
NO_TRIGGER = "DROP TRIGGER subscriber_choices_forgotten ON mailings_subscriber"


class Migration(migrations.Migration):
    dependencies = [("articles", "0022_a_no_holds"), ("newsletters", "0006_tests_to_oneself")]
    operations = [
        migrations.AddField(
            "subscriber",
            "rhythm",
            models.CharField(
                choices=[
                    ("each", "each issue when it comes out"),
                    ("monthly", "one e-mail a month, with what came out"),
                ],
                db_default="each",
                default="each",
                editable=False,
                max_length=10,
                verbose_name="how often",
            ),
        ),
        migrations.AddField(
            "subscriber",
            "paused_until",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="paused until"),
        ),
        migrations.CreateModel(
            "SubscriberTopic",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subscriber",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="newsletters.subscriber",
                        verbose_name="subscriber",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.topic",
                        verbose_name="topic",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("subscriber", "topic"), name="subscribertopic_once")],
            },
        ),
        migrations.AddField(
            "subscriber",
            "topics",
            models.ManyToManyField(
                blank=True,
                related_name="+",
                through="newsletters.SubscriberTopic",
                to="articles.topic",
                verbose_name="topics",
            ),
        ),
        stored_function("newsletters", "forget_choices", before="DROP FUNCTION forget_choices()"),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
    ]
