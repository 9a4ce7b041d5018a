from enquiries.models.enquiries import Enquiry
from enquiries.models.leads import Lead, LeadEvent
from enquiries.models.packets import Packet, PacketDelivery, PacketVersion
from enquiries.models.rota import Absence, Turn, at_work, lock_turns

__all__ = [
    "Absence",
    "Enquiry",
    "Lead",
    "LeadEvent",
    "Packet",
    "PacketDelivery",
    "PacketVersion",
    "Turn",
    "at_work",
    "lock_turns",
]
