"""An issue that is sent again is under way once more, so that it can be paused and cancelled."""

from django.db import migrations

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0026_sent_again")]
    operations = [stored_function("newsletters", "check_newsletter")]
