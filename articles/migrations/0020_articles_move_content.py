"""Whatever is published, changed or withdrawn moves the content version."""

from django.db import migrations

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_profile_to_foundation"), ("foundation", "0007_content_version")]
    operations = [
        content_trigger("articles_topic", frame=True),
        *(content_trigger(f"articles_{name}") for name in ("article", "article_topics", "paper")),
    ]
