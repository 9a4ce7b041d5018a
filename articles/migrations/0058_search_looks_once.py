"""A search looks once where it looked four times: for titles and for texts, to count and to find."""

from django.db import migrations

from foundation.stored_functions import stored_function

# Each after those that it asks.
FUNCTIONS = ["newest_entries", "promising_entries", "ranked_entries", "how_common"]


class Migration(migrations.Migration):
    dependencies = [("articles", "0057_left_the_list")]
    operations = [stored_function("articles", name) for name in FUNCTIONS]
