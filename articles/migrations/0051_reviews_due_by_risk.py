"""Topics that were set to "high" since their articles were read left those as they were; no date is moved back."""

from django.db import migrations

FORWARD = """
UPDATE articles_article AS article SET review_due_on = (reviewed_on + interval '12 months')::date
WHERE review_due_on > (reviewed_on + interval '12 months')::date AND EXISTS (
    SELECT FROM articles_article_topics AS its JOIN articles_topic AS topic ON topic.id = its.topic_id
    WHERE its.article_id = article.id AND topic.risk = 'high'
)
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0045_search_finds_pictures")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
