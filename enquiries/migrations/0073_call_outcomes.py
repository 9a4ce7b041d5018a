"""The clinic's own outcomes of a call, beside those that are built in."""

from django.db import migrations, models

COUNTS_AS = [("spoke", "spoke with them"), ("left_message", "left a message"), ("no_answer", "no answer")]
HELP = "Whether it ends the wait for a first answer: a call that nobody answered does not."


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0072_digests")]
    operations = [
        migrations.CreateModel(
            name="CallOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=40, unique=True, verbose_name="words")),
                (
                    "counts_as",
                    models.CharField(choices=COUNTS_AS, help_text=HELP, max_length=20, verbose_name="counts as"),
                ),
            ],
            options={
                "verbose_name": "outcome of calls",
                "verbose_name_plural": "outcomes of calls",
                "ordering": ["words"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="calloutcome_has_words"
                    )
                ],
            },
        ),
    ]
