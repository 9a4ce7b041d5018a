"""Staff are told of a paused provider by mail."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailings", "0017_no_contact_wanted")]
    operations = [
        migrations.AddField(
            "providerpause",
            "notice",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tells_of_pause",
                to="mailings.outgoingemail",
                verbose_name="notice",
            ),
        )
    ]
