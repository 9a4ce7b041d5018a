"""A clinic's own texts on privacy and accessibility."""

from django.db import migrations, models

import foundation.own_texts


class Migration(migrations.Migration):
    dependencies = [("foundation", "0024_hours_are_printed_from_rows")]
    operations = [
        migrations.AddField(
            model_name="clinicprofile",
            name="privacy_text",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text=(
                    "Empty for the text that came with the site. {name}, {email}, {phone}, {postal_address}, "
                    "{kept_months} and {confirm_days} are filled in with your details and with what the site goes by."
                ),
                validators=[foundation.own_texts.can_be_filled_in],
                verbose_name="privacy",
            ),
        ),
        migrations.AddField(
            model_name="clinicprofile",
            name="accessibility_text",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text=(
                    "Empty for the text that came with the site. {name}, {email}, {phone}, {postal_address}, "
                    "{kept_months} and {confirm_days} are filled in with your details and with what the site goes by."
                ),
                validators=[foundation.own_texts.can_be_filled_in],
                verbose_name="accessibility",
            ),
        ),
    ]
