from enquiries.models.enquiries import Enquiry
from enquiries.models.leads import Lead, LeadEvent
from enquiries.models.packets import Packet, PacketDelivery, PacketVersion

__all__ = ["Enquiry", "Lead", "LeadEvent", "Packet", "PacketDelivery", "PacketVersion"]
