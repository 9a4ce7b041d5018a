from newsletters.admin.newsletters import NewsletterAdmin
from newsletters.admin.subscribers import SubscriberAdmin

__all__ = ["NewsletterAdmin", "SubscriberAdmin"]
