"""What happens to enquiries, leads and packets. Each action is one transaction and says who did it."""

from enquiries.actions.erasure import erase_old, erase_person
from enquiries.actions.export import export_person
from enquiries.actions.intake import add_lead, discard_enquiry, release_enquiry, request_packet
from enquiries.actions.leads import (
    add_note,
    assign_lead,
    change_details,
    correct_address,
    move_lead,
    set_next_action,
)
from enquiries.actions.merging import merge_leads, tell_apart, unmerge_lead
from enquiries.actions.notices import tell_of_held_since
from enquiries.actions.packets import approve_version, note_download, resend_packet, save_version
from enquiries.actions.turns import assign_next

__all__ = [
    "add_lead",
    "add_note",
    "approve_version",
    "assign_lead",
    "assign_next",
    "change_details",
    "correct_address",
    "discard_enquiry",
    "erase_old",
    "erase_person",
    "export_person",
    "merge_leads",
    "move_lead",
    "note_download",
    "release_enquiry",
    "request_packet",
    "resend_packet",
    "save_version",
    "set_next_action",
    "tell_apart",
    "tell_of_held_since",
    "unmerge_lead",
]
