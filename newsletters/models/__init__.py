from newsletters.models.changes import SubscriberChange
from newsletters.models.digests import Digest, DigestEvent, DigestRecipient
from newsletters.models.events import NewsletterEvent
from newsletters.models.imports import ImportedConsent, SubscriberImport
from newsletters.models.link_counts import LinkCount, followed
from newsletters.models.newsletters import Newsletter, NewsletterEntry, NewsletterTopic
from newsletters.models.recipients import Account, NewsletterRecipient, account_of
from newsletters.models.subscribers import Subscriber, SubscriberTopic

__all__ = [
    "Account",
    "Digest",
    "DigestEvent",
    "DigestRecipient",
    "ImportedConsent",
    "LinkCount",
    "Newsletter",
    "NewsletterEntry",
    "NewsletterEvent",
    "NewsletterRecipient",
    "NewsletterTopic",
    "Subscriber",
    "SubscriberChange",
    "SubscriberImport",
    "SubscriberTopic",
    "account_of",
    "followed",
]
