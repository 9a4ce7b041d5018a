from mailings.models.channel import Channel
from mailings.models.consent import Consent
from mailings.models.events import MailEvent
from mailings.models.outbox import OutgoingEmail
from mailings.models.suppression import Suppression

__all__ = ["Channel", "Consent", "MailEvent", "OutgoingEmail", "Suppression"]
