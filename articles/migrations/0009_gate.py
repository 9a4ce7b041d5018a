"""Postgres itself refuses to publish what lacks a part, a review or a release.

What is on the site already stays there: it gets a release that says it was published before reviews existed, and its
sections are rendered. The version before can still withdraw while both serve; publishing waits for this one.
"""

from typing import Any

from django.db import migrations

from articles.sections import rendered
from foundation.stored_functions import stored_function

RELEASE = """
INSERT INTO articles_release (revision_id, content_sha256, cause, reason, created_at)
SELECT revision.id, revision.content_sha256, 'before_reviews', '', now()
FROM articles_article AS article
JOIN articles_articlerevision AS revision ON revision.id = article.live_revision_id
WHERE article.state = 'published';
"""
APPEND_ONLY = ("review", "reviewrequest", "release", "rendering")
TRIGGERS = """
CREATE TRIGGER article_gate BEFORE INSERT OR UPDATE ON articles_article FOR EACH ROW
    WHEN (NEW.state = 'published') EXECUTE FUNCTION article_gate();
CREATE TRIGGER review_checked BEFORE INSERT ON articles_review FOR EACH ROW EXECUTE FUNCTION check_review();
CREATE TRIGGER release_checked BEFORE INSERT ON articles_release FOR EACH ROW EXECUTE FUNCTION check_release();
""" + "".join(
    f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON articles_{name}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change();\n"
    for name in APPEND_ONLY
)
WITHOUT = """
DROP TRIGGER article_gate ON articles_article;
DROP TRIGGER review_checked ON articles_review;
DROP TRIGGER release_checked ON articles_release;
""" + "".join(f"DROP TRIGGER {name}_append_only ON articles_{name};\n" for name in APPEND_ONLY)


def render(apps: Any, schema_editor: Any) -> None:
    revisions = apps.get_model("articles", "ArticleRevision").objects.filter(live_for__state="published")
    made = apps.get_model("articles", "Rendering").objects
    for revision in revisions.iterator(chunk_size=100):
        made.create(revision=revision, sections=rendered(revision.content))


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_reviews")]
    operations = [
        migrations.RunSQL(RELEASE, "DELETE FROM articles_release WHERE cause = 'before_reviews'"),
        migrations.RunPython(render, migrations.RunPython.noop),
        stored_function("articles", "article_lacks", before="DROP FUNCTION article_lacks(jsonb)"),
        stored_function(
            "articles", "article_cleared", before="DROP FUNCTION article_cleared(articles_articlerevision)"
        ),
        stored_function("articles", "article_gate", before="DROP FUNCTION article_gate()"),
        stored_function("articles", "check_review", before="DROP FUNCTION check_review()"),
        stored_function("articles", "check_release", before="DROP FUNCTION check_release()"),
        migrations.RunSQL(TRIGGERS, WITHOUT),
    ]
