"""What staff can do with a lead, one form a verb; the lead page shows them and posts to them by name."""

from enquiries.staff_forms.add import AddLeadForm
from enquiries.staff_forms.base import LeadForm, day_field, possible_owners
from enquiries.staff_forms.contact import CallForm, MailForm, NoteForm, ResendForm
from enquiries.staff_forms.details import (
    DETAILS,
    AcceptForm,
    CorrectAddressForm,
    DetailsForm,
    probable_address,
)
from enquiries.staff_forms.follow_up import AssignForm, MoveForm, PlanForm, SnoozeForm

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
