"""When articles, topics, people and words of the glossary became others for who reads them."""

from django.db import migrations

from foundation.stored_functions import change_trigger, stored_function

SEEN_OF_PEOPLE = (
    *("slug", "name", "credentials", "role", "languages", "registration", "register_url", "conflicts"),
    *("photo_id", "is_of_the_clinic", "position"),
)


class Migration(migrations.Migration):
    dependencies = [("articles", "0063_old_addresses"), ("foundation", "0036_content_changes")]
    operations = [
        stored_function("articles", "is_read_now", before="DROP FUNCTION is_read_now(articles_article)"),
        *(
            stored_function("articles", name, before=f"DROP FUNCTION {name}()")
            for name in ("note_article_change", "note_article_topic_change", "note_paper_notice_change")
        ),
        change_trigger("articles_article", function="note_article_change"),
        change_trigger("articles_article_topics", function="note_article_topic_change"),
        change_trigger("articles_papernotice", function="note_paper_notice_change"),
        change_trigger("articles_topic", "slug", "name", "description"),
        change_trigger("articles_glossaryterm"),
        change_trigger("articles_reviewer", *SEEN_OF_PEOPLE),
    ]
