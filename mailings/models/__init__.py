from mailings.models.addresses import (
    AddressField,
    PlainEmailField,
    address_is_lower_case,
    lock_address,
    with_ascii_domain,
)
from mailings.models.budgets import Budget
from mailings.models.channel import Channel
from mailings.models.consent import Consent, ConsentWording
from mailings.models.events import MailEvent
from mailings.models.outbox import OutgoingEmail
from mailings.models.subscribers import Subscriber
from mailings.models.suppression import Suppression

__all__ = [
    "AddressField",
    "Budget",
    "Channel",
    "Consent",
    "ConsentWording",
    "MailEvent",
    "OutgoingEmail",
    "PlainEmailField",
    "Subscriber",
    "Suppression",
    "address_is_lower_case",
    "lock_address",
    "with_ascii_domain",
]
