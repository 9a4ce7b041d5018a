"""A view of the list of leads may be everybody's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enquiries", "0075_erasing_takes_outcomes")]
    operations = [
        migrations.AddField(
            model_name="savedview",
            name="shared_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterModelOptions(
            name="savedview",
            options={
                "ordering": ["created_at", "pk"],
                "permissions": [("take_back_views", "Can take back views that colleagues share")],
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
            },
        ),
    ]
