from newsletters.models.events import NewsletterEvent
from newsletters.models.newsletters import Newsletter, NewsletterEntry, NewsletterTopic
from newsletters.models.recipients import Account, NewsletterRecipient, account_of
from newsletters.models.subscribers import Subscriber

__all__ = [
    "Account",
    "Newsletter",
    "NewsletterEntry",
    "NewsletterEvent",
    "NewsletterRecipient",
    "NewsletterTopic",
    "Subscriber",
    "account_of",
]
