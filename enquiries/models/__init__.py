from enquiries.models.bulk import BulkOutcome, BulkRun
from enquiries.models.call_outcomes import CallOutcome
from enquiries.models.contact import ContactChoice, contact_choice, contact_choices, may_be_contacted
from enquiries.models.digests import Digest, DigestReader, digest_readers
from enquiries.models.ended_consents import EndedConsent
from enquiries.models.enquiries import Enquiry
from enquiries.models.erased import ErasedPerson
from enquiries.models.imports import LeadImport
from enquiries.models.lead_events import LeadEvent
from enquiries.models.leads import Lead
from enquiries.models.left_out import LeftOut
from enquiries.models.mail_templates import LeadMail, MailTemplate
from enquiries.models.mentions import Mention, where_mentioned
from enquiries.models.notices import StaffNotice
from enquiries.models.packet_ends import ended_packet, ended_packets, heard_until, not_undone, taken_back_until
from enquiries.models.packets import (
    Packet,
    PacketContent,
    PacketDelivery,
    PacketLook,
    PacketRendition,
    PacketVersion,
)
from enquiries.models.reminders import Reminder, ReminderReader, reminder_readers
from enquiries.models.rota import (
    FOLLOWS_UP,
    Absence,
    Turn,
    at_work,
    follows_up,
    lock_turns,
    owns_no_more,
    possible_owners,
)
from enquiries.models.saved_views import SavedView
from enquiries.models.tags import LeadTag, Tag, tags_of
from enquiries.models.waiting import imported, mail_failed, new_and_unassigned

__all__ = [
    "FOLLOWS_UP",
    "Absence",
    "BulkOutcome",
    "BulkRun",
    "CallOutcome",
    "ContactChoice",
    "Digest",
    "DigestReader",
    "EndedConsent",
    "Enquiry",
    "ErasedPerson",
    "Lead",
    "LeadEvent",
    "LeadImport",
    "LeadMail",
    "LeadTag",
    "LeftOut",
    "MailTemplate",
    "Mention",
    "Packet",
    "PacketContent",
    "PacketDelivery",
    "PacketLook",
    "PacketRendition",
    "PacketVersion",
    "Reminder",
    "ReminderReader",
    "SavedView",
    "StaffNotice",
    "Tag",
    "Turn",
    "at_work",
    "contact_choice",
    "contact_choices",
    "digest_readers",
    "ended_packet",
    "ended_packets",
    "follows_up",
    "heard_until",
    "imported",
    "lock_turns",
    "mail_failed",
    "may_be_contacted",
    "new_and_unassigned",
    "not_undone",
    "owns_no_more",
    "possible_owners",
    "reminder_readers",
    "tags_of",
    "taken_back_until",
    "where_mentioned",
]
