"""Subscribers move here from mailings: table and rows stay where they are, also their names."""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import foundation.addresses
from foundation.moved_models import move_content_types


class Migration(migrations.Migration):
    initial = True
    dependencies = [("contenttypes", "0002_remove_content_type_name"), ("foundation", "0001_profile_wordings_budgets")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Subscriber",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        (
                            "email",
                            foundation.addresses.AddressField(
                                max_length=254, unique=True, verbose_name="e-mail address"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("held", "held"),
                                    ("pending", "waiting for confirmation"),
                                    ("confirmed", "confirmed"),
                                    ("unsubscribed", "unsubscribed"),
                                ],
                                default="pending",
                                max_length=20,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "held_reason",
                            models.CharField(blank=True, db_default="", max_length=300, verbose_name="held because"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="signed up at")),
                        ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                        (
                            "unsubscribed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="unsubscribed at"),
                        ),
                        (
                            "confirmation",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confirms",
                                to="mailings.outgoingemail",
                                verbose_name="confirmation mail",
                            ),
                        ),
                        (
                            "consent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                to="mailings.consent",
                                verbose_name="consent",
                            ),
                        ),
                        (
                            "welcome",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="welcomes",
                                to="mailings.outgoingemail",
                                verbose_name="welcome mail",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "subscriber",
                        "verbose_name_plural": "subscribers",
                        "db_table": "mailings_subscriber",
                        "ordering": ["-created_at"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "held")), fields=["email"], name="subscriber_held"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                                name="subscriber_email_lower_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "confirmed"), _negated=True),
                                    ("confirmed_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="subscriber_confirmed_has_time",
                            ),
                        ],
                    },
                ),
            ]
        ),
        move_content_types("mailings", "newsletters", ["subscriber"]),
    ]
