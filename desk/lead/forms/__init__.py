"""What staff can do with a lead, one form a verb; the lead page shows them and posts to them by name."""

from desk.lead.forms.add import AddLeadForm
from desk.lead.forms.base import (
    SAY_WHY,
    LeadForm,
    PlanField,
    ask_whether_they_stop,
    asked_to_stop_field,
    day_field,
    lead_named,
    leads_named,
    moment_of,
    reason_field,
    time_field,
    told_field,
)
from desk.lead.forms.contact import (
    CallForm,
    LiftStopForm,
    MailForm,
    NoteForm,
    TakeBackForm,
)
from desk.lead.forms.details import DETAILS, AcceptForm, CorrectAddressForm, DetailsForm, probable_address
from desk.lead.forms.endings import EndContactForm, EndPacketForm, ResendForm, UndoEndForm, taken_back_by
from desk.lead.forms.follow_up import AssignForm, MoveForm, PlanForm, SnoozeForm
from desk.lead.forms.hours import HoursForm
from desk.lead.forms.mentions import SeenForm
from desk.lead.forms.tags import TagsForm

FORMS = (
    PlanForm,
    SnoozeForm,
    MoveForm,
    CallForm,
    NoteForm,
    TakeBackForm,
    MailForm,
    ResendForm,
    AssignForm,
    DetailsForm,
    AcceptForm,
    CorrectAddressForm,
    LiftStopForm,
    EndContactForm,
    EndPacketForm,
    UndoEndForm,
    TagsForm,
    SeenForm,
    HoursForm,
)
VERBS: dict[str, type[LeadForm]] = {form.verb: form for form in FORMS}

__all__ = [
    "DETAILS",
    "SAY_WHY",
    "VERBS",
    "AcceptForm",
    "AddLeadForm",
    "CallForm",
    "HoursForm",
    "LeadForm",
    "MailForm",
    "PlanField",
    "ResendForm",
    "SeenForm",
    "TakeBackForm",
    "UndoEndForm",
    "ask_whether_they_stop",
    "asked_to_stop_field",
    "day_field",
    "lead_named",
    "leads_named",
    "moment_of",
    "probable_address",
    "reason_field",
    "taken_back_by",
    "time_field",
    "told_field",
]
