"""An approval that was taken back clears nobody of what they wrote, nor does a restoring by somebody else."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("articles", "0018_notices_move_content")]
    operations = [stored_function("articles", "check_review")]
