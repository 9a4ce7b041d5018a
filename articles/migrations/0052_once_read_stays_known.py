"""An address that was once read is known for that, also while it waits to be shown again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0051_reviews_due_by_risk"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="first_shown_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="first shown at"),
        ),
        migrations.AddField(
            model_name="article",
            name="gone_reason",
            field=models.TextField(blank=True, db_default="", editable=False, verbose_name="why it is gone until then"),
        ),
    ]
