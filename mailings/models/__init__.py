from mailings.models.addresses import AddressField, PlainEmailField, address_is_lower_case, lock_address
from mailings.models.consent import Consent, ConsentWording
from mailings.models.outbox import OutgoingEmail
from mailings.models.subscribers import Subscriber
from mailings.models.suppression import Suppression

__all__ = [
    "AddressField",
    "Consent",
    "ConsentWording",
    "OutgoingEmail",
    "PlainEmailField",
    "Subscriber",
    "Suppression",
    "address_is_lower_case",
    "lock_address",
]
