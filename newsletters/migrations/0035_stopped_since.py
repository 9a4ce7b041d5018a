"""What is withdrawn, retracted or overturned after an issue began stops what has not gone out."""

from django.db import migrations, models

from foundation.stored_functions import stored_function


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0029_is_wanted")]
    operations = [
        migrations.AlterField(
            "newsletter",
            "paused_because",
            models.CharField(
                "paused because",
                max_length=20,
                choices=[
                    ("staff", "Somebody who works here paused it."),
                    ("bounces", "Of a hundred mails two or more came back, since the addresses do not exist."),
                    ("complaints", "Of a thousand people one or more reported it as spam."),
                    ("article", "An article in it was withdrawn, retracted or overturned since."),
                ],
                blank=True,
                editable=False,
            ),
        ),
        stored_function("newsletters", "newsletter_stops"),
        stored_function("newsletters", "check_newsletter"),
    ]
