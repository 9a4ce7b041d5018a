"""Of what may be out since the backup was made, pages said that nobody got it, or that somebody had paused it."""

from django.db import migrations, models

BECAUSE = [
    ("staff", "Somebody who works here paused it."),
    ("bounces", "Of a hundred mails two or more came back, since the addresses do not exist."),
    ("complaints", "Of a thousand people one or more reported it as spam."),
    ("article", "An article in it was withdrawn, retracted or overturned since."),
    ("restored", "The database was restored from a backup, and people may have it already."),
]
KINDS = [
    ("saved", "saved"),
    ("tested", "sent to oneself as a test"),
    ("sent_again", "sent again to who had not got it"),
    ("held", "held after a restore, since it may be out already"),
    ("moved", "moved"),
]


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0049_unhashed_index")]
    operations = [
        migrations.AlterField(
            "digest",
            "paused_because",
            models.CharField("paused because", blank=True, choices=BECAUSE, db_default="", max_length=20),
        ),
        migrations.AlterField(
            "digestevent", "because", models.CharField("because", blank=True, choices=BECAUSE, max_length=20)
        ),
        migrations.AlterField(
            "newsletter",
            "paused_because",
            models.CharField("paused because", blank=True, choices=BECAUSE, editable=False, max_length=20),
        ),
        migrations.AlterField("newsletterevent", "kind", models.CharField("what", choices=KINDS, max_length=20)),
    ]
