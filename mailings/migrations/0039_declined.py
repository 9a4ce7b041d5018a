"""One more thing that a refusal may mean: a single person takes no mail from us."""

from django.db import migrations, models

MEANINGS = [
    ("full", "The mailbox is full."),
    ("our_address", "The mail server does not accept our own address."),
    ("too_large", "The mail is too large for this mail server."),
    ("switched_off", "This mailbox is switched off."),
    ("declined", "This person takes no mail from us."),
    ("unwanted", "The mail server takes our mail for unwanted."),
    ("too_much", "The mail server takes no more mail just now."),
    ("fault", "The recipient's mail server has a fault."),
    ("unreachable", "The recipient's mail server cannot be reached."),
    ("no_route", "No mail server was found for this address; it may be mistyped."),
    ("no_account", "There is no such account there; the address may be old."),
    ("no_host", "There is no such domain; it may be mistyped."),
    ("no_mailbox", "There is no such address; it may be mistyped."),
]


class Migration(migrations.Migration):
    dependencies = [("mailings", "0038_leaner_outbox")]
    operations = [
        migrations.AlterField(
            "mailevent",
            "meaning",
            models.CharField(blank=True, choices=MEANINGS, db_default="", max_length=20, verbose_name="meaning"),
        ),
    ]
