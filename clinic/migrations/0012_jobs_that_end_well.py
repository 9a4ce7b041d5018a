"""Jobs say whether they ended well: one that failed each hour stood in the worker's log alone."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0011_export_handed_over"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="jobtick",
            options={"verbose_name": "job of the site", "verbose_name_plural": "jobs of the site"},
        ),
        migrations.AddField(
            model_name="jobtick",
            name="ended_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), verbose_name="last ended well"
            ),
        ),
        migrations.AddField(
            model_name="jobtick",
            name="error",
            field=models.CharField(blank=True, db_default="", default="", max_length=100, verbose_name="error"),
        ),
        migrations.AddField(
            model_name="jobtick",
            name="failed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="last ended in an error"),
        ),
    ]
