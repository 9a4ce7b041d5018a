"""What was asked for as an import began, which a crash took along."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0127_who_takes_back_a_closing")]
    operations = [
        migrations.AddField("leadimport", "wishes", models.JSONField(default=dict, db_default={}, editable=False)),
    ]
