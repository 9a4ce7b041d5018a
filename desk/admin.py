"""The staff pages of this room; the order of these imports is the order of their queues on Today."""

# isort: off
from desk.leads import LeadAdmin
from desk.enquiries import EnquiryAdmin
from desk.packets import PacketAdmin
from desk.mail_templates import MailTemplateAdmin
from desk.absences import AbsenceAdmin
from desk.call_outcomes import CallOutcomeAdmin
from desk.tags import TagAdmin
from desk.subscribers import SubscriberAdmin
from desk.newsletters import NewsletterAdmin

__all__ = [
    "AbsenceAdmin",
    "CallOutcomeAdmin",
    "EnquiryAdmin",
    "LeadAdmin",
    "MailTemplateAdmin",
    "NewsletterAdmin",
    "PacketAdmin",
    "SubscriberAdmin",
    "TagAdmin",
]
