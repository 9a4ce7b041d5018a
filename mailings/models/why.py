from django.db import models
from django.utils.translation import gettext_lazy as _


class Why(models.TextChoices):
    """What we ourselves say of a mail that did not go as it should: the code is stored, the words are said here only.

    Whole sentences, since another language may build them otherwise.
    """

    NO_ADDRESS = "no_address", _("There is no e-mail address. Add one first.")
    # By the codes of Suppression.Reason; of one that is not here, SUPPRESSED is said.
    NOT_REQUESTED = "not_requested", _("Nothing may be sent to this address: they said “I did not ask for this”.")
    HARD_BOUNCE = "hard_bounce", _("Nothing may be sent to this address: it does not exist.")
    COMPLAINT = "complaint", _("Nothing may be sent to this address: they reported our mail as spam.")
    ASKED_TO_STOP = "asked_to_stop", _("Nothing may be sent to this address: they asked us to stop.")
    SUPPRESSED = "suppressed", _("Nothing may be sent to this address.")
    UNSUBSCRIBED = "unsubscribed", _("This address gets no newsletter: they left it.")
    COMES_BACK = (
        "comes_back",
        _("This address gets no newsletter: our mail keeps coming back. Anything else still tries."),
    )
    HAD_ITS_SHARE = "had_its_share", _("This address was sent such a mail within a day, or three within a month.")
    NO_CONTACT_WANTED = "no_contact_wanted", _("They did not ask to be contacted. Only the packet may go to them.")
    DEMO_PACKET = "demo_packet", _("The packet still bears the demo clinic's name. It goes out once yours is approved.")
    NO_LONGER_WANTED = "no_longer_wanted", _("It was no longer wanted when its turn came.")
    MAY_HAVE_ARRIVED = "may_have_arrived", _("It was cut off while it was on its way, and may have arrived.")
    WORKER_DIED = "worker_died", _("Its worker died while it was on its way, so it may have arrived.")
    EACH_CUT_OFF = "each_cut_off", _("Every try was cut off.")
    REPORTED_FIRST = "reported_first", _("It was reported before the answer came.")
    UNKNOWN_KIND = "unknown_kind", _("No room of the site knows this kind of mail.")
    NOT_WRITTEN = "not_written", _("It could not be written.")
    # What stands behind these is the name of an error, or of a provider.
    NOT_SENDABLE = "not_sendable", _("It could not be put into the form in which it is sent.")
    NO_RECIPIENT = "no_recipient", _("It has no recipient.")
    NO_ANSWER = "no_answer", _("No answer came from the provider.")
    NOT_ACCEPTED = "not_accepted", _("The provider does not take this recipient.")
    PROVIDER_FAILED = "provider_failed", _("The provider could not send it.")


# That an address does not exist, or keeps coming back, is about that address alone.
SAID_BY_THE_PERSON = {Why.NOT_REQUESTED, Why.COMPLAINT, Why.ASKED_TO_STOP}
# By whoever got the mail, who is somebody else where the address was mistyped.
SAID_BY_A_MAILBOX = {Why.NOT_REQUESTED, Why.COMPLAINT}


def in_words(why: str, reply: str) -> str:
    """What we say of it, and then what a mail server said."""
    said = str(Why(why).label) if why in Why.values else why
    return " ".join(filter(None, [said, reply]))
