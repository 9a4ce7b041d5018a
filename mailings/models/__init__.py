from mailings.models.channel import Channel
from mailings.models.consent import Consent
from mailings.models.events import MailEvent
from mailings.models.mailings import Mailing
from mailings.models.meaning import Meaning
from mailings.models.outbox import OutgoingEmail
from mailings.models.pace import BulkDay, BulkMinute, BulkPace, BulkSlot, SlowProvider
from mailings.models.providers import ProviderPause
from mailings.models.suppression import Suppression
from mailings.models.why import Why

__all__ = [
    "BulkDay",
    "BulkMinute",
    "BulkPace",
    "BulkSlot",
    "Channel",
    "Consent",
    "MailEvent",
    "Mailing",
    "Meaning",
    "OutgoingEmail",
    "ProviderPause",
    "SlowProvider",
    "Suppression",
    "Why",
]
