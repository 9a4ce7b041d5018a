"""In which language the texts of the clinic are, and the words that somebody agreed to."""

from django.db import migrations, models


def language() -> models.CharField:
    return models.CharField(db_default="en", default="en", editable=False, max_length=20, verbose_name="language")


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_profile_wordings_budgets")]
    operations = [
        migrations.AddField("clinicprofile", "language", language()),
        migrations.AddField("consentwording", "language", language()),
    ]
