from django.db import migrations, models

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0040_images"),
    ]

    operations = [
        migrations.CreateModel(
            name="GlossaryTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "term",
                    models.CharField(
                        help_text=(
                            "As it stands in the middle of a sentence, of one thing: control group, not Control groups."
                        ),
                        max_length=80,
                        unique=True,
                        verbose_name="word",
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="What articles lead to on the page of the glossary. It stays as it is.",
                        unique=True,
                        verbose_name="address",
                    ),
                ),
                (
                    "meaning",
                    models.CharField(
                        help_text=(
                            "One or two short sentences for somebody who never met the word, without another hard word."
                        ),
                        max_length=300,
                        verbose_name="plain meaning",
                    ),
                ),
                (
                    "synonyms",
                    models.CharField(
                        blank=True,
                        help_text=(
                            "Parted by commas: other spellings, short forms. Plurals with -s, -es or -ies are known."
                        ),
                        max_length=300,
                        verbose_name="other words for it",
                    ),
                ),
            ],
            options={
                "verbose_name": "word of the glossary",
                "verbose_name_plural": "glossary",
                "ordering": ["term"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("meaning", ""), _negated=True), name="glossaryterm_says_what_it_means"
                    )
                ],
            },
        ),
        # Articles read it again only when it moves, as they do topics.
        content_trigger("articles_glossaryterm", frame=True),
    ]
