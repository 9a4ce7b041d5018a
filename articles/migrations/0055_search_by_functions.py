"""One trip of a search finds and weighs: by functions of Postgres, each planned for just the words that were typed."""

from django.db import migrations

from foundation.stored_functions import stored_function

NARROWED = "text, text[], timestamptz"
# Each after those that it asks.
FUNCTIONS = {
    "shown_entries": f"({NARROWED})",
    "newest_entries": f"(text, text, text, {NARROWED}, integer)",
    "ranked_entries": f"(text, text, {NARROWED}, integer)",
    "how_common": f"(text[], {NARROWED}, integer)",
    "going_together": f"(text[], {NARROWED}, integer)",
}
# Which call these, and are called by them, since 0058, 0059 and 0060.
LATER = [
    f"promising_entries(text, text, {NARROWED}, integer)",
    "named_places(text[], text, text[], timestamptz)",
    "newest_promising(text, timestamptz, integer)",
]


class Migration(migrations.Migration):
    dependencies = [("articles", "0054_which_go")]
    operations = [
        *(migrations.RunSQL(migrations.RunSQL.noop, f"DROP FUNCTION IF EXISTS {later}") for later in LATER),
        *(
            stored_function("articles", name, before=f"DROP FUNCTION {name}{takes}")
            for name, takes in FUNCTIONS.items()
        ),
    ]
