"""What the clinic counted itself, and from which price to which, each whole or not at all."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0029_dates"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("harm", "what went wrong"), ("better", "what got better")],
                        max_length=10,
                        verbose_name="what it tells",
                    ),
                ),
                (
                    "of",
                    models.PositiveIntegerField(
                        help_text="All who were treated in that time, and not only those who came back.",
                        verbose_name="of how many people",
                    ),
                ),
                (
                    "who",
                    models.CharField(
                        help_text="people treated here for knee arthritis", max_length=120, verbose_name="who they are"
                    ),
                ),
                (
                    "since",
                    models.DateField(
                        verbose_name="counted from",
                    ),
                ),
                (
                    "until",
                    models.DateField(
                        verbose_name="counted to",
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="how many of them")),
                (
                    "what",
                    models.CharField(help_text="walked farther a year later", max_length=120, verbose_name="did what"),
                ),
                (
                    "not_known",
                    models.PositiveIntegerField(
                        help_text="Whom you could not ask, for instance. Write 0 if you know it of everybody.",
                        verbose_name="of how many it is not known",
                    ),
                ),
            ],
            options={
                "verbose_name": "number of your own",
                "verbose_name_plural": "numbers of your own",
                "ordering": ["-kind", "pk"],
            },
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="price_covers",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Such as: the consultation, collecting the cells, and one treatment visit",
                max_length=200,
                verbose_name="what it covers",
            ),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="price_currency",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Its code, such as USD.",
                max_length=3,
                validators=[
                    django.core.validators.RegexValidator("^[A-Z]{3}$", "Write a currency as its code, such as USD.")
                ],
                verbose_name="currency",
            ),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="price_high",
            field=models.PositiveIntegerField(
                blank=True, help_text="The highest so far.", null=True, verbose_name="price to"
            ),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="price_low",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="price from"),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="price_on",
            field=models.DateField(blank=True, null=True, verbose_name="prices as of"),
        ),
        migrations.AddConstraint(
            model_name="clinicprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("price_covers", ""),
                        ("price_currency", ""),
                        ("price_high", None),
                        ("price_low", None),
                        ("price_on", None),
                    ),
                    models.Q(
                        ("price_high__gte", models.F("price_low")),
                        ("price_high__isnull", False),
                        ("price_low__isnull", False),
                        ("price_on__isnull", False),
                        models.Q(("price_currency", ""), _negated=True),
                        models.Q(("price_covers", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="clinicprofile_price_is_whole",
                violation_error_message=(
                    "A price is told whole or not at all: from, to (not less), currency, what it covers, and of when."
                ),
            ),
        ),
        migrations.AddField(
            model_name="ownnumber",
            name="profile",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="own_numbers", to="foundation.clinicprofile"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "of__gte",
                        django.db.models.expressions.CombinedExpression(models.F("count"), "+", models.F("not_known")),
                    ),
                    ("of__gte", 1),
                ),
                name="ownnumber_within_its_people",
                violation_error_message="There are more than the people that it is of.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))),
                name="ownnumber_ends_after_it_began",
                violation_error_message="The last day comes before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("who", ""), _negated=True), models.Q(("what", ""), _negated=True)),
                name="ownnumber_says_of_whom_and_what",
            ),
        ),
        # The packet tells of it, and is held against it by the content version.
        content_trigger("foundation_ownnumber"),
    ]
