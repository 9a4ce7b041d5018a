"""What was done with many leads at once can be undone for a day; erasing takes what stood there before along."""

from django.db import migrations, models

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0060_imported_leads")]
    operations = [
        migrations.AddField("bulkoutcome", "before", models.JSONField(blank=True, null=True)),
        migrations.AddField("bulkrun", "undone_at", models.DateTimeField(blank=True, editable=False, null=True)),
        stored_function("enquiries", "erase_person"),
    ]
