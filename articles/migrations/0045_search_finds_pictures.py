"""What pictures and numbers as dots say is found, too."""

from django.db import migrations
from django.db.migrations import RunSQL

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("articles", "0044_people")]
    operations = [
        stored_function("articles", "index_article"),
        RunSQL("SELECT index_article(id) FROM articles_article WHERE state = 'published'", RunSQL.noop),
    ]
