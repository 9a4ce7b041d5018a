"""Tables of what articles are found by; 0024 fills them and keeps them."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0022_a_no_holds"),
    ]

    operations = [
        # Both are trusted: the owner of a database may add them without being a superuser.
        migrations.RunSQL(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE EXTENSION IF NOT EXISTS unaccent", migrations.RunSQL.noop
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "words",
                    models.CharField(
                        help_text=(
                            "Parted by commas, such as “MS, multiple sclerosis”. "
                            "Who searches for one of them finds the others, too."
                        ),
                        max_length=300,
                        unique=True,
                        verbose_name="words that mean the same",
                    ),
                ),
            ],
            options={
                "verbose_name": "synonym",
                "verbose_name_plural": "synonyms",
                "ordering": ["words"],
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
                ("shown_from", models.DateTimeField(verbose_name="published at")),
                ("design", models.TextField(verbose_name="kind of study")),
                ("heading", django.contrib.postgres.search.SearchVectorField(verbose_name="title and topics")),
                ("whole", django.contrib.postgres.search.SearchVectorField(verbose_name="all of it, by weight")),
                (
                    "identifiers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None, verbose_name="DOI and other numbers"
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
            ],
            options={
                "verbose_name": "search entry",
                "verbose_name_plural": "search entries",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["whole"], name="searchentry_whole"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["heading"], name="searchentry_heading"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["identifiers"], name="searchentry_identifiers"
                    ),
                    models.Index(fields=["-shown_from"], name="searchentry_newest"),
                    models.Index(fields=["design"], name="searchentry_design"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.TextField(primary_key=True, serialize=False, verbose_name="word")),
            ],
            options={
                "verbose_name": "word of the search",
                "verbose_name_plural": "words of the search",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["word"], name="searchword_alike", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
    ]
