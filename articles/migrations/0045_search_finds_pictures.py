"""What pictures and numbers as dots say is found, too."""

from django.db import migrations

from foundation.stored_functions import stored_function


def index_each(apps, schema_editor):
    """A transaction each: whoever publishes meanwhile waits for one article, not for all."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM articles_article WHERE state = 'published' ORDER BY id")
        for (pk,) in cursor.fetchall():
            cursor.execute("SELECT index_article(%s)", [pk])


class Migration(migrations.Migration):
    # Stopped half-way, it begins anew and does no harm.
    atomic = False
    dependencies = [("articles", "0044_people")]
    operations = [
        stored_function("articles", "index_article"),
        migrations.RunPython(index_each, migrations.RunPython.noop),
    ]
