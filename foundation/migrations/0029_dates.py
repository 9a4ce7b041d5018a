"""How a clinic writes days in English."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0027_countries_first"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinicprofile",
            name="dates",
            field=models.CharField(
                blank=True,
                choices=[
                    (None, "as the reader's language does it"),
                    ("month_first", "November 29, 2026"),
                    ("day_first", "29 November 2026"),
                    ("numbers", "2026-11-29"),
                ],
                db_default="",
                default="",
                help_text="On the site, in mails and in the packet, where these speak English.",
                max_length=20,
                verbose_name="how days are written",
            ),
        ),
    ]
