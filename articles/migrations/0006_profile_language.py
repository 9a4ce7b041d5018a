from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_opening_hours")]
    operations = [
        migrations.AddField(
            "clinicprofile",
            "language",
            models.CharField(db_default="en", default="en", editable=False, max_length=20, verbose_name="language"),
        ),
    ]
