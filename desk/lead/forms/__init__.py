"""What staff can do with a lead, one form a verb; the lead page shows them and posts to them by name."""

from desk.lead.forms.add import AddLeadForm
from desk.lead.forms.base import LeadForm, day_field, possible_owners
from desk.lead.forms.contact import CallForm, MailForm, NoteForm, ResendForm
from desk.lead.forms.details import DETAILS, AcceptForm, CorrectAddressForm, DetailsForm, probable_address
from desk.lead.forms.follow_up import AssignForm, MoveForm, PlanForm, SnoozeForm

FORMS = (
    PlanForm,
    SnoozeForm,
    MoveForm,
    CallForm,
    NoteForm,
    MailForm,
    ResendForm,
    AssignForm,
    DetailsForm,
    AcceptForm,
    CorrectAddressForm,
)
VERBS: dict[str, type[LeadForm]] = {form.verb: form for form in FORMS}

__all__ = [
    "DETAILS",
    "VERBS",
    "AcceptForm",
    "AddLeadForm",
    "CallForm",
    "LeadForm",
    "MailForm",
    "ResendForm",
    "day_field",
    "possible_owners",
    "probable_address",
]
