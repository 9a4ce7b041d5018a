from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0001_subscribers")]
    operations = [
        migrations.AddField(
            "subscriber",
            "language",
            models.CharField(db_default="en", default="en", editable=False, max_length=20, verbose_name="language"),
        ),
    ]
