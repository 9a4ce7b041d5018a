from django.db import models
from django.utils.translation import gettext_lazy as _


class Meaning(models.TextChoices):
    """What a mail server's refusal means, by its words or codes; the order is that in which one beats another.

    What may pass comes before what says that an address is dead: a reply that says both says too little.
    """

    FULL = "full", _("The mailbox is full.")
    OUR_ADDRESS = "our_address", _("The mail server does not accept our own address.")
    TOO_LARGE = "too_large", _("The mail is too large for this mail server.")
    SWITCHED_OFF = "switched_off", _("This mailbox is switched off.")
    DECLINED = "declined", _("This person takes no mail from us.")
    UNWANTED = "unwanted", _("The mail server takes our mail for unwanted.")
    TOO_MUCH = "too_much", _("The mail server takes no more mail just now.")
    FAULT = "fault", _("The recipient's mail server has a fault.")
    UNREACHABLE = "unreachable", _("The recipient's mail server cannot be reached.")
    NO_ROUTE = "no_route", _("No mail server was found for this address; it may be mistyped.")
    NO_ACCOUNT = "no_account", _("There is no such account there; the address may be old.")
    NO_HOST = "no_host", _("There is no such domain; it may be mistyped.")
    NO_MAILBOX = "no_mailbox", _("There is no such address; it may be mistyped.")


# It is we whom they refuse: no word about the person.
ABOUT_US = (Meaning.UNWANTED, Meaning.OUR_ADDRESS)
# Said for sure, or twice, it is dead.
ABOUT_THE_ADDRESS = (Meaning.NO_ROUTE, Meaning.NO_ACCOUNT, Meaning.NO_HOST, Meaning.NO_MAILBOX)
