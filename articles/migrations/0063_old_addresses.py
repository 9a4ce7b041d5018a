"""An article may get another address, and those at which it was read lead on to it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from foundation.stored_functions import content_trigger, stored_function

KEPT = """
CREATE TRIGGER article_keeps_its_address AFTER INSERT OR UPDATE OF slug ON articles_article
    FOR EACH ROW EXECUTE FUNCTION keep_address();
"""
NOT_KEPT = "DROP TRIGGER article_keeps_its_address ON articles_article;"


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0062_powers_and_names_for_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SlugRedirect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=100, unique=True, verbose_name="old address")),
                (
                    "since",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="since"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="old_addresses",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "old address",
                "verbose_name_plural": "old addresses",
                "ordering": ["-since", "-pk"],
            },
        ),
        stored_function("articles", "keep_address", before="DROP FUNCTION keep_address();"),
        migrations.RunSQL(KEPT, NOT_KEPT),
        content_trigger("articles_slugredirect"),
    ]
