"""The two colors that a clinic chooses; what follows from them is reckoned."""

from django.db import migrations, models

import foundation.models.profile


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0021_logo"),
    ]

    operations = [
        migrations.AddField(
            model_name="clinicprofile",
            name="accent_color",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="Such as #0f5257; empty for that of the site. At night the same hue is shown lighter.",
                max_length=7,
                validators=[foundation.models.profile.is_color],
                verbose_name="color of buttons, links and headings",
            ),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="on_accent_color",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="Such as #ffffff; empty for white.",
                max_length=7,
                validators=[foundation.models.profile.is_color],
                verbose_name="color of the words on buttons",
            ),
        ),
    ]
