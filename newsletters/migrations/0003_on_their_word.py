"""Who asked staff to end a subscription, or to lift a stop, and when."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0002_subscriber_language"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "subscriber",
            "said",
            models.TextField(blank=True, db_default="", editable=False, verbose_name="who said so, and how"),
        ),
        migrations.AddField(
            "subscriber",
            "said_on",
            models.DateField(blank=True, editable=False, null=True, verbose_name="said on"),
        ),
        migrations.AddField(
            "subscriber",
            "heard_by",
            models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="heard by",
            ),
        ),
    ]
