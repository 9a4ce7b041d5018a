"""What is published is found, and nothing else: triggers keep it so, whichever version of the site writes."""

from django.db import migrations
from django.db.migrations import RunSQL

from foundation.stored_functions import stored_function

# As English, but for accents: who types "Sorensen" means "Sørensen".
WORDS = RunSQL(
    "CREATE TEXT SEARCH CONFIGURATION articles (COPY = pg_catalog.english);"
    "ALTER TEXT SEARCH CONFIGURATION articles ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;",
    "DROP TEXT SEARCH CONFIGURATION articles",
)
FUNCTIONS = {
    "plain_words": "(text)",
    "index_article": "(bigint)",
    "note_for_search": "()",
    "note_topics_for_search": "()",
    "note_topic_name_for_search": "()",
}
TRIGGERS = {
    "article_is_found": (
        "articles_article",
        "AFTER INSERT OR UPDATE OF state, live_revision_id, published_at ON articles_article FOR EACH ROW"
        " EXECUTE FUNCTION note_for_search()",
    ),
    "topics_given_are_found": (
        "articles_article_topics",
        "AFTER INSERT ON articles_article_topics REFERENCING NEW TABLE AS changed FOR EACH STATEMENT"
        " EXECUTE FUNCTION note_topics_for_search()",
    ),
    "topics_taken_are_not_found": (
        "articles_article_topics",
        "AFTER DELETE ON articles_article_topics REFERENCING OLD TABLE AS changed FOR EACH STATEMENT"
        " EXECUTE FUNCTION note_topics_for_search()",
    ),
    "topic_name_is_found": (
        "articles_topic",
        "AFTER UPDATE ON articles_topic FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)"
        " EXECUTE FUNCTION note_topic_name_for_search()",
    ),
}


class Migration(migrations.Migration):
    dependencies = [("articles", "0023_search")]
    operations = [
        WORDS,
        *(
            stored_function("articles", name, before=f"DROP FUNCTION {name}{takes}")
            for name, takes in FUNCTIONS.items()
        ),
        *(
            RunSQL(f"CREATE TRIGGER {name} {does}", f"DROP TRIGGER {name} ON {table}")
            for name, (table, does) in TRIGGERS.items()
        ),
        RunSQL("SELECT index_article(id) FROM articles_article WHERE state = 'published'", RunSQL.noop),
    ]
