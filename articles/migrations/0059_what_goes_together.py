"""What goes together is mostly all that titles name: asked as one, before anything is counted.

On the way back named_places stays, since going_together does, which calls it; 0055 takes both away.
"""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("articles", "0058_search_looks_once")]
    operations = [
        stored_function("articles", "named_places"),
        stored_function("articles", "going_together"),
    ]
