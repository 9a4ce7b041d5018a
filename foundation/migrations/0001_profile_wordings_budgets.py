"""What every room stands on moves here from articles and mailings: tables and rows stay, also their names."""

import datetime

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import foundation.models.profile
from foundation.moved_models import move_content_types


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("articles", "0005_opening_hours"),
        ("mailings", "0008_asked_to_stop"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Budget",
                    fields=[
                        (
                            "scope",
                            models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name="whose"),
                        ),
                        ("left", models.FloatField(verbose_name="left")),
                        ("updated_at", models.DateTimeField(verbose_name="updated at")),
                    ],
                    options={
                        "verbose_name": "budget",
                        "verbose_name_plural": "budgets",
                        "db_table": "mailings_budget",
                        "indexes": [models.Index(fields=["updated_at"], name="budget_old")],
                    },
                ),
                migrations.CreateModel(
                    name="ClinicProfile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(default="The clinic", max_length=100, verbose_name="name")),
                        ("tagline", models.CharField(blank=True, max_length=200, verbose_name="tagline")),
                        ("postal_address", models.TextField(blank=True, verbose_name="postal address")),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail address")),
                        ("hours", models.CharField(blank=True, max_length=200, verbose_name="opening hours")),
                        (
                            "time_zone",
                            models.CharField(
                                default="UTC",
                                max_length=60,
                                validators=[foundation.models.profile.is_time_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        (
                            "first_answer_hours",
                            models.PositiveSmallIntegerField(
                                db_default=4,
                                default=4,
                                help_text=(
                                    "Opening hours in which a person answers an enquiry. "
                                    "Enquiries already here keep their time."
                                ),
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="first answer within",
                            ),
                        ),
                        (
                            "assigns_new_leads",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Those who are away are left out.",
                                verbose_name="new leads are given to coordinators by turns",
                            ),
                        ),
                        (
                            "notice",
                            models.TextField(
                                blank=True,
                                help_text="Shown on top of every page while it is not empty.",
                                verbose_name="notice",
                            ),
                        ),
                        (
                            "home_heading",
                            models.CharField(blank=True, max_length=200, verbose_name="home page heading"),
                        ),
                        ("home_text", models.TextField(blank=True, verbose_name="home page text")),
                        ("about", models.TextField(blank=True, verbose_name="about the clinic")),
                        (
                            "packet_intro",
                            models.TextField(blank=True, verbose_name="line under “Request Information Packet”"),
                        ),
                        ("packet_thanks", models.TextField(blank=True, verbose_name="text after a packet request")),
                        (
                            "newsletter_intro",
                            models.TextField(blank=True, verbose_name="line under “Subscribe To Our Newsletter”"),
                        ),
                        ("known", models.TextField(blank=True, verbose_name="what is known")),
                        ("unknown", models.TextField(blank=True, verbose_name="what is not known")),
                        ("costs", models.TextField(blank=True, verbose_name="costs")),
                        ("questions_to_ask", models.TextField(blank=True, verbose_name="questions to ask any clinic")),
                    ],
                    options={
                        "verbose_name": "clinic profile",
                        "verbose_name_plural": "clinic profile",
                        "db_table": "articles_clinicprofile",
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("pk", 1)), name="clinicprofile_one_row")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ConsentWording",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("contact", "being contacted about health"), ("newsletter", "the newsletter")],
                                max_length=20,
                                verbose_name="kind",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(verbose_name="number")),
                        ("text", models.TextField(verbose_name="text")),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                    ],
                    options={
                        "verbose_name": "consent wording",
                        "verbose_name_plural": "consent wordings",
                        "db_table": "mailings_consentwording",
                        "ordering": ["kind", "-number"],
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "number"), name="consentwording_number_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProcessStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                        ("title", models.CharField(max_length=100, verbose_name="title")),
                        ("text", models.TextField(verbose_name="text")),
                        (
                            "profile",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="process_steps",
                                to="foundation.clinicprofile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of the process",
                        "verbose_name_plural": "steps of the process",
                        "db_table": "articles_processstep",
                        "ordering": ["position"],
                    },
                ),
                migrations.CreateModel(
                    name="Holiday",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(verbose_name="day")),
                        ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
                        (
                            "profile",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="holidays",
                                to="foundation.clinicprofile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "holiday",
                        "verbose_name_plural": "holidays",
                        "db_table": "articles_holiday",
                        "ordering": ["day"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("profile", "day"),
                                name="holiday_day_once",
                                violation_error_message="This day is on the list already.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpeningHours",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                verbose_name="day of the week",
                            ),
                        ),
                        ("opens", models.TimeField(verbose_name="opens")),
                        ("closes", models.TimeField(help_text="00:00 is the end of the day.", verbose_name="closes")),
                        (
                            "profile",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="opening_hours",
                                to="foundation.clinicprofile",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "opening hours",
                        "verbose_name_plural": "opening hours, by which answers are promised",
                        "db_table": "articles_openinghours",
                        "ordering": ["weekday", "opens"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closes__gt", models.F("opens")), ("closes", datetime.time(0, 0)), _connector="OR"
                                ),
                                name="openinghours_close_later",
                                violation_error_message=(
                                    "Closing comes after opening. Write a night as two rows, cut at 00:00."
                                ),
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekday__lte", 6)), name="openinghours_weekday"
                            ),
                        ],
                    },
                ),
            ]
        ),
        move_content_types("articles", "foundation", ["clinicprofile", "processstep", "openinghours", "holiday"]),
        move_content_types("mailings", "foundation", ["consentwording", "budget"]),
    ]
