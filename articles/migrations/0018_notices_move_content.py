"""What the list of retractions says of a paper, and which papers an article cites, stands on public pages."""

from django.db import migrations

from foundation.stored_functions import content_trigger


class Migration(migrations.Migration):
    dependencies = [("articles", "0017_paper_notices"), ("articles", "0020_articles_move_content")]
    operations = [content_trigger(f"articles_{name}") for name in ("articlepaper", "papernotice", "retractionrecord")]
