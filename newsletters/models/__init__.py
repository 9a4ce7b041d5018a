from newsletters.models.events import NewsletterEvent
from newsletters.models.newsletters import Newsletter, NewsletterEntry, NewsletterTopic
from newsletters.models.recipients import NewsletterRecipient
from newsletters.models.subscribers import Subscriber, SubscriberTopic

__all__ = [
    "Newsletter",
    "NewsletterEntry",
    "NewsletterEvent",
    "NewsletterRecipient",
    "NewsletterTopic",
    "Subscriber",
    "SubscriberTopic",
]
