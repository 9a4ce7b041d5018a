"""What is withdrawn, retracted or overturned after an issue began stops what has not gone out."""

from django.db import migrations, models

from foundation.stored_functions import stored_function

BECAUSE = [
    ("staff", "Somebody who works here paused it."),
    ("bounces", "Of a hundred mails two or more came back, since the addresses do not exist."),
    ("complaints", "Of a thousand people one or more reported it as spam."),
    ("article", "An article in it was withdrawn, retracted or overturned since."),
]


def because(name: str = "paused because", **kept: object) -> models.CharField:
    return models.CharField(name, max_length=20, choices=BECAUSE, blank=True, **kept)


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0031_digest_as_written")]
    operations = [
        migrations.AlterField("newsletter", "paused_because", because(editable=False)),
        migrations.AlterField("digest", "paused_because", because(db_default="")),
        migrations.AlterField("digestevent", "because", because("because")),
        stored_function("newsletters", "newsletter_stops"),
        stored_function("newsletters", "check_newsletter"),
    ]
