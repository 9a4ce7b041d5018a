"""Colleagues who are named in notes and calls: gone with a note that is taken back, and with an erased person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0094_own_enquiries_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="seen")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentions",
                        to="enquiries.leadevent",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "mention",
                "verbose_name_plural": "mentions",
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("seen_at", None)), fields=["account"], name="mention_unseen")
                ],
                "constraints": [models.UniqueConstraint(fields=("event", "account"), name="mention_once")],
            },
        ),
        stored_function("enquiries", "erase_person"),
        stored_function("enquiries", "take_back_note"),
    ]
