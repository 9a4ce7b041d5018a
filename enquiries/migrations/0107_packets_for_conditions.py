"""A packet may be for one condition; which version goes out to whom is one function."""

import django.db.models.deletion
from django.db import migrations, models

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0058_search_looks_once"),
        ("enquiries", "0105_search_of_leads_gathers"),
    ]

    operations = [
        migrations.AddField(
            model_name="packet",
            name="topic",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="packet",
                to="articles.topic",
                verbose_name="condition",
            ),
        ),
        stored_function("enquiries", "packet_going_out", before="DROP FUNCTION packet_going_out(text)"),
    ]
