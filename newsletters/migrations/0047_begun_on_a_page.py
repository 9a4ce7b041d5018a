"""A second click on "Save the draft" made a second draft, which somebody could approve and send as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0046_digest_still_goes")]
    operations = [
        migrations.AddField(
            "newsletter", "form_key", models.UUIDField(blank=True, editable=False, null=True, unique=True)
        )
    ]
