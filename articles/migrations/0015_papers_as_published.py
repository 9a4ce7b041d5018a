"""What is published already, in the new columns and rows; saving it again would say the same."""

from django.db import migrations

PAPERS = """
UPDATE articles_paper AS paper SET
    authors = COALESCE(live.citation -> 'authors', '[]'),
    authors_truncated = COALESCE((live.citation ->> 'authors_truncated')::boolean, false),
    volume = COALESCE(live.citation ->> 'volume', ''),
    issue = COALESCE(live.citation ->> 'issue', ''),
    pages = COALESCE(live.citation ->> 'pages', '')
FROM (
    SELECT DISTINCT ON (article.paper_id) article.paper_id, revision.content -> 'citation' AS citation
    FROM articles_article AS article JOIN articles_articlerevision AS revision ON revision.id = article.live_revision_id
    WHERE article.paper_id IS NOT NULL ORDER BY article.paper_id, article.published_at DESC
) AS live
WHERE live.paper_id = paper.id
"""
CITED = """
INSERT INTO articles_articlepaper (article_id, paper_id, position)
SELECT id, paper_id, 0 FROM articles_article WHERE paper_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0014_papers_by_doi_or_pmid")]
    operations = [
        migrations.RunSQL(PAPERS, migrations.RunSQL.noop),
        migrations.RunSQL(CITED, "DELETE FROM articles_articlepaper"),
    ]
