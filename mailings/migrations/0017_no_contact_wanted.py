"""One more reason why no mail goes out: nobody asked for it."""

from django.db import migrations, models

WHY = [
    ("no_address", "There is no e-mail address. Add one first."),
    ("not_requested", "Nothing may be sent to this address: they said “I did not ask for this”."),
    ("hard_bounce", "Nothing may be sent to this address: it does not exist."),
    ("complaint", "Nothing may be sent to this address: they reported our mail as spam."),
    ("asked_to_stop", "Nothing may be sent to this address: they asked us to stop."),
    ("suppressed", "Nothing may be sent to this address."),
    ("unsubscribed", "This address gets no newsletter: they left it."),
    ("comes_back", "This address gets no newsletter: our mail keeps coming back. Anything else still tries."),
    ("had_its_share", "This address was sent such a mail within a day, or three within a month."),
    ("no_contact_wanted", "They did not ask to be contacted. Only the packet may go to them."),
    ("demo_packet", "The packet still bears the demo clinic's name. It goes out once yours is approved."),
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


def why() -> models.CharField:
    return models.CharField(blank=True, choices=WHY, db_default="", max_length=20, verbose_name="why")


class Migration(migrations.Migration):
    dependencies = [("mailings", "0018_demo_packet")]
    operations = [
        migrations.AlterField("mailevent", "why", why()),
        migrations.AlterField("outgoingemail", "why", why()),
    ]
