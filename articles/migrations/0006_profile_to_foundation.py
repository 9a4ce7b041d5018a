"""The clinic's own details stand in foundation now. Their tables stay."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_opening_hours"), ("foundation", "0001_profile_wordings_budgets")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("Holiday"),
                migrations.DeleteModel("OpeningHours"),
                migrations.DeleteModel("ProcessStep"),
                migrations.DeleteModel("ClinicProfile"),
            ]
        )
    ]
