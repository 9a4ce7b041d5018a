"""Wordings and budgets stand in foundation now, subscribers in newsletters. Their tables stay."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mailings", "0008_asked_to_stop"),
        ("foundation", "0001_profile_wordings_budgets"),
        ("newsletters", "0001_subscribers"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "consent",
                    "wording",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="foundation.consentwording",
                        verbose_name="wording",
                    ),
                ),
                migrations.DeleteModel("Subscriber"),
                migrations.DeleteModel("ConsentWording"),
                migrations.DeleteModel("Budget"),
            ]
        )
    ]
