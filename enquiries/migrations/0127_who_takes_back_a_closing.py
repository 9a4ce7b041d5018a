"""A closing is taken back by an undo alone, and by nobody else's statement."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    """The version before asks no more of it than its undos do. On the way back both stay as they are."""

    dependencies = [("enquiries", "0120_erasing_takes_the_condition")]
    operations = [
        stored_function("enquiries", "may_take_back_closing"),
        stored_function("enquiries", "check_stage_move"),
    ]
