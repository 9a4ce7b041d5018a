"""The staff pages of this room; the order here is the order of their queues on Today."""

from enquiries.admin.leads import LeadAdmin
from enquiries.admin.enquiries import EnquiryAdmin  # isort: skip
from enquiries.admin.packets import PacketAdmin

__all__ = ["EnquiryAdmin", "LeadAdmin", "PacketAdmin"]
