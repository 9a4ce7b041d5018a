"""Powers of ten are found however they are typed, and a topic's name that changes while an article is published."""

from django.db import migrations, transaction
from django.db.migrations import RunSQL

from foundation.stored_functions import stored_function

MOVES = (
    "CREATE TRIGGER articles_topic_moves_content {} INSERT OR UPDATE OR DELETE OR TRUNCATE ON articles_topic"
    " FOR EACH STATEMENT EXECUTE FUNCTION move_content_version('frame')"
)
GONE = "DROP TRIGGER articles_topic_moves_content ON articles_topic; "
# Before the row is locked: whoever publishes holds the version first and asks for the topic last (when its foreign key
# is checked), and the two would wait for each other.
FIRST_THE_VERSION = RunSQL(GONE + MOVES.format("BEFORE"), GONE + MOVES.format("AFTER"))


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
    dependencies = [("articles", "0061_synonyms_move_the_frame")]
    operations = [
        FIRST_THE_VERSION,
        *(stored_function("articles", name) for name in ("plain_words", "index_article")),
        migrations.RunPython(index_each, migrations.RunPython.noop),
    ]
