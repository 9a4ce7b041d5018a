"""Which countries stand at the top of the lists of a clinic."""

from django.db import migrations, models

import foundation.own_countries


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0026_required_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinicprofile",
            name="countries_first",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text=(
                    "Where most people come from, as codes: US, CA, GB. The country of your address stands before them "
                    "by itself; empty for those of the site."
                ),
                max_length=60,
                validators=[foundation.own_countries.are_countries],
                verbose_name="countries at the top of lists",
            ),
        ),
    ]
