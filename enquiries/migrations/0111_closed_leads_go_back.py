from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0108_study_that_brought_them_first")]
    operations = [stored_function("enquiries", "check_stage_move")]
