"""What a refusal means, as a code beside the words of the mail server; and a stop for mail that keeps coming back."""

from django.db import migrations, models

MEANINGS = [
    ("full", "The mailbox is full."),
    ("our_address", "The mail server does not accept our own address."),
    ("too_large", "The mail is too large for this mail server."),
    ("switched_off", "This mailbox is switched off."),
    ("unwanted", "The mail server takes our mail for unwanted."),
    ("too_much", "The mail server takes no more mail just now."),
    ("fault", "The recipient's mail server has a fault."),
    ("unreachable", "The recipient's mail server cannot be reached."),
    ("no_route", "No mail server was found for this address; it may be mistyped."),
    ("no_account", "There is no such account there; the address may be old."),
    ("no_host", "There is no such domain; it may be mistyped."),
    ("no_mailbox", "There is no such address; it may be mistyped."),
]
WHYS = [
    ("no_address", "There is no e-mail address. Add one first."),
    ("not_requested", "Nothing may be sent to this address: they said “I did not ask for this”."),
    ("hard_bounce", "Nothing may be sent to this address: it does not exist."),
    ("complaint", "Nothing may be sent to this address: they reported our mail as spam."),
    ("asked_to_stop", "Nothing may be sent to this address: they asked us to stop."),
    ("suppressed", "Nothing may be sent to this address."),
    ("unsubscribed", "This address gets no newsletter: they left it."),
    ("comes_back", "This address gets no newsletter: our mail keeps coming back. Anything else still tries."),
    ("had_its_share", "This address was sent such a mail within a day, or three within a month."),
    ("no_longer_wanted", "It was no longer wanted when its turn came."),
    ("may_have_arrived", "It was cut off while it was on its way, and may have arrived."),
    ("worker_died", "Its worker died while it was on its way, so it may have arrived."),
    ("each_cut_off", "Every try was cut off."),
    ("reported_first", "It was reported before the answer came."),
    ("unknown_kind", "No room of the site knows this kind of mail."),
    ("not_written", "It could not be written."),
    ("not_sendable", "It could not be put into the form in which it is sent."),
    ("no_recipient", "It has no recipient."),
    ("no_answer", "No answer came from the provider."),
    ("not_accepted", "The provider does not take this recipient."),
    ("provider_failed", "The provider could not send it."),
]
REASONS = [
    ("not_requested", "said: I did not ask for this"),
    ("unsubscribed", "left the newsletter"),
    ("hard_bounce", "the address does not exist"),
    ("complaint", "reported our mail as spam"),
    ("asked_to_stop", "asked us to stop"),
    ("comes_back", "our mail keeps coming back"),
]


def why() -> models.CharField:
    return models.CharField(blank=True, choices=WHYS, db_default="", max_length=20, verbose_name="why")


class Migration(migrations.Migration):
    dependencies = [("mailings", "0012_own_words_as_codes")]
    operations = [
        migrations.AddField(
            "mailevent",
            "meaning",
            models.CharField(blank=True, choices=MEANINGS, db_default="", max_length=20, verbose_name="meaning"),
        ),
        migrations.AlterField("mailevent", "why", why()),
        migrations.AlterField("outgoingemail", "why", why()),
        migrations.AlterField(
            "suppression", "reason", models.CharField(choices=REASONS, max_length=20, verbose_name="reason")
        ),
    ]
