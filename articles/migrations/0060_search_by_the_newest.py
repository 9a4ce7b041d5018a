"""What many articles have is found among the newest alone; and their words lie in the rows, not beside them."""

from django.db import migrations, transaction
from django.db.migrations import RunSQL

from foundation.stored_functions import stored_function

# Of each row that is weighed Postgres else fetches its words from another table, in which lies what is long: that took
# longer than to weigh them. The texts, of which only a page's ten are read, move there in their place.
IN_THE_ROW = RunSQL(
    "ALTER TABLE articles_searchentry ALTER COLUMN whole SET STORAGE MAIN, ALTER COLUMN heading SET STORAGE MAIN",
    "ALTER TABLE articles_searchentry ALTER COLUMN whole SET STORAGE EXTENDED,"
    " ALTER COLUMN heading SET STORAGE EXTENDED",
)


def index_each(apps, schema_editor):
    """A transaction each: whoever publishes meanwhile waits for one article, not for all."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM articles_article WHERE state = 'published' ORDER BY id")
        for (pk,) in cursor.fetchall():
            with transaction.atomic(using=schema_editor.connection.alias):
                # Else what somebody publishes just then is written over by what stood there before.
                cursor.execute("SELECT FROM articles_article WHERE id = %s FOR UPDATE", [pk])
                cursor.execute("SELECT index_article(%s)", [pk])


class Migration(migrations.Migration):
    # Stopped half-way, it begins anew and does no harm.
    atomic = False
    dependencies = [("articles", "0059_what_goes_together")]
    operations = [
        IN_THE_ROW,
        *(stored_function("articles", name) for name in ("shown_entries", "newest_promising", "promising_entries")),
        migrations.RunPython(index_each, migrations.RunPython.noop),
    ]
