"""The line of opening hours is made of their rows; what was typed for it stays, as a note behind them."""

from datetime import time
from typing import Any

from django.db import migrations, models

# What a new site opened with, in both.
SAID_TWICE = "Monday to Friday, 9 a.m. to 5 p.m."
ROWS = {(day, time(9), time(17)) for day in range(5)}


def say_it_once(apps: Any, schema_editor: Any) -> None:
    """A note that only repeats the rows would stay behind when they change."""
    for profile in apps.get_model("foundation", "ClinicProfile").objects.filter(hours=SAID_TWICE):
        if set(profile.opening_hours.values_list("weekday", "opens", "closes")) == ROWS:
            profile.hours = ""
            profile.save(update_fields=["hours"])


class Migration(migrations.Migration):
    dependencies = [("foundation", "0023_own_words_and_paper")]
    operations = [
        migrations.AlterField(
            "clinicprofile",
            "hours",
            models.CharField(
                blank=True,
                help_text="Printed behind the opening hours below, such as “by appointment”.",
                max_length=200,
                verbose_name="note on the opening hours",
            ),
        ),
        migrations.RunPython(say_it_once, migrations.RunPython.noop),
    ]
