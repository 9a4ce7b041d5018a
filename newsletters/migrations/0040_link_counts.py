"""How often the links of an issue are followed, where it was approved to count that."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT

from foundation.stored_functions import stored_function

HELP = (
    "As a sum for all readers, by article and day; shown from ten on, and never who. The links then lead over "
    "an address of this site, which readers see. Without the tick they lead straight to the articles."
)


class Migration(migrations.Migration):
    dependencies = [("articles", "0053_lifted_notices"), ("newsletters", "0036_taken_off")]
    operations = [
        migrations.AddField(
            "newsletter",
            "counts_clicks",
            models.BooleanField(
                "count how often its links are followed", db_default=False, default=False, help_text=HELP
            ),
        ),
        migrations.CreateModel(
            name="LinkCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("follows", models.PositiveIntegerField(default=0, verbose_name="followed")),
                ("last_at", models.DateTimeField(verbose_name="last followed")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="+", to="articles.article", verbose_name="article"
                    ),
                ),
                (
                    "newsletter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=PROTECT,
                        related_name="link_counts",
                        to="newsletters.newsletter",
                        verbose_name="newsletter",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("newsletter", "article", "day"), name="linkcount_once_a_day")
                ],
            },
        ),
        stored_function("newsletters", "check_newsletter"),
    ]
