"""The staff pages of this room; the order of these imports is the order of their queues on Today."""

# isort: off
from enquiries.admin.leads import LeadAdmin
from enquiries.admin.enquiries import EnquiryAdmin
from enquiries.admin.packets import PacketAdmin
from enquiries.admin.mail_templates import MailTemplateAdmin
from enquiries.admin.absences import AbsenceAdmin

__all__ = ["AbsenceAdmin", "EnquiryAdmin", "LeadAdmin", "MailTemplateAdmin", "PacketAdmin"]
