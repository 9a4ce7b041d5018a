"""Who paused a monthly e-mail and let it go on, by a trigger, so that no path leaves no line."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from foundation.stored_functions import stored_function

TRIGGERS = """
CREATE TRIGGER digest_moved AFTER UPDATE OF paused_because ON newsletters_digest
    FOR EACH ROW WHEN (OLD.paused_because <> NEW.paused_because) EXECUTE FUNCTION write_digest_move();
CREATE TRIGGER digestevent_append_only BEFORE UPDATE OR DELETE ON newsletters_digestevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
NO_TRIGGERS = """
DROP TRIGGER digest_moved ON newsletters_digest;
DROP TRIGGER digestevent_append_only ON newsletters_digestevent;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0029_is_wanted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DigestEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("staff", "Somebody who works here paused it."),
                            ("bounces", "Of a hundred mails two or more came back, since the addresses do not exist."),
                            ("complaints", "Of a thousand people one or more reported it as spam."),
                        ],
                        max_length=20,
                        verbose_name="because",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="newsletters.digest",
                        verbose_name="monthly e-mail",
                    ),
                ),
            ],
            options={
                "verbose_name": "event of a monthly e-mail",
                "verbose_name_plural": "events of monthly e-mails",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
        stored_function("newsletters", "write_digest_move", before="DROP FUNCTION write_digest_move()"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
