"""Feeds know an article by the address at which it was first read; a new one made it new to whoever had read it.

What moved before this goes on being known by the address that it has: so has whoever reads feeds now.
"""

from django.db import migrations, models

from foundation.stored_functions import stored_function

KEPT = """
CREATE TRIGGER article_keeps_its_first_address BEFORE UPDATE ON articles_article
    FOR EACH ROW WHEN (OLD.slug <> NEW.slug OR OLD.first_slug <> NEW.first_slug)
    EXECUTE FUNCTION keep_first_address();
"""
NOT_KEPT = "DROP TRIGGER article_keeps_its_first_address ON articles_article;"


class Migration(migrations.Migration):
    dependencies = [("articles", "0066_changes_of_articles")]
    operations = [
        migrations.AddField(
            model_name="article",
            name="first_slug",
            field=models.SlugField(
                blank=True,
                db_default="",
                db_index=False,
                default="",
                editable=False,
                max_length=100,
                verbose_name="first address",
            ),
        ),
        stored_function("articles", "keep_first_address", before="DROP FUNCTION keep_first_address();"),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
