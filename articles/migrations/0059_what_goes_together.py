"""What goes together is mostly all that titles name: asked as one, before anything is counted."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("articles", "0058_search_looks_once")]
    operations = [
        stored_function(
            "articles", "named_places", before="DROP FUNCTION named_places(text[], text, text[], timestamptz)"
        ),
        stored_function("articles", "going_together"),
    ]
