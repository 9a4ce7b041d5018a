"""What happens to enquiries, leads and packets. Each action is one transaction and says who did it."""

from enquiries.actions.bulk import act_in_bulk, begin_bulk_run, send_packet_in_bulk
from enquiries.actions.bulk_undoing import forget_what_stood_there, undo_bulk_run
from enquiries.actions.contacts import lift_stop, log_call
from enquiries.actions.digests import choose_digest, write_digest, write_digests
from enquiries.actions.endings import end_contact, end_packet, undo_end
from enquiries.actions.erasure import erase_old, erase_person
from enquiries.actions.export_person import export_person
from enquiries.actions.imports import forget_lists
from enquiries.actions.intake import (
    add_lead,
    bring_back_enquiry,
    discard_enquiry,
    release_enquiry,
    request_packet,
    taken_down_already,
)
from enquiries.actions.lead_mails import approve_template, new_edition, retire_template, send_template
from enquiries.actions.leads import (
    add_note,
    assign_lead,
    change_details,
    correct_address,
    keep_details,
    move_lead,
    set_next_action,
)
from enquiries.actions.mentions import see_mentions
from enquiries.actions.merging import merge_leads, tell_apart, unmerge_lead
from enquiries.actions.mistyped import take_address_off
from enquiries.actions.notes import take_back_note
from enquiries.actions.notices import tell_of_held_since
from enquiries.actions.packets import (
    approve_version,
    keep_look,
    make_packet_for,
    note_download,
    queue_waiting,
    resend_packet,
    save_version,
    send_version,
    stop_packet,
    waiting_for_packet,
    withheld,
    withheld_from,
)
from enquiries.actions.reminders import choose_reminders, write_reminder, write_reminders
from enquiries.actions.saved_views import delete_view, may_take_back, rename_view, save_view, share_view, take_back_view
from enquiries.actions.tags import change_tags
from enquiries.actions.turns import assign_next

__all__ = [
    "act_in_bulk",
    "add_lead",
    "add_note",
    "approve_template",
    "approve_version",
    "assign_lead",
    "assign_next",
    "begin_bulk_run",
    "bring_back_enquiry",
    "change_details",
    "change_tags",
    "choose_digest",
    "choose_reminders",
    "correct_address",
    "delete_view",
    "discard_enquiry",
    "end_contact",
    "end_packet",
    "erase_old",
    "erase_person",
    "export_person",
    "forget_lists",
    "forget_what_stood_there",
    "keep_details",
    "keep_look",
    "lift_stop",
    "log_call",
    "make_packet_for",
    "may_take_back",
    "merge_leads",
    "move_lead",
    "new_edition",
    "note_download",
    "queue_waiting",
    "release_enquiry",
    "rename_view",
    "request_packet",
    "resend_packet",
    "retire_template",
    "save_version",
    "save_view",
    "see_mentions",
    "send_packet_in_bulk",
    "send_template",
    "send_version",
    "set_next_action",
    "share_view",
    "stop_packet",
    "take_address_off",
    "take_back_note",
    "take_back_view",
    "taken_down_already",
    "tell_apart",
    "tell_of_held_since",
    "undo_bulk_run",
    "undo_end",
    "unmerge_lead",
    "waiting_for_packet",
    "withheld",
    "withheld_from",
    "write_digest",
    "write_digests",
    "write_reminder",
    "write_reminders",
]
