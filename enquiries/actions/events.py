from typing import Any

from django.db import connection

from enquiries.models import Enquiry, Lead, LeadEvent


def note_event(
    lead: Lead, kind: str, *, text: str = "", by: Any = None, enquiry: Enquiry | None = None, **data: Any
) -> LeadEvent:
    """Adds a line to the lead's timeline, inside the caller's transaction."""
    return LeadEvent.objects.create(lead=lead, kind=kind, text=text, actor=by, enquiry=enquiry, data=data)


def act_as(by: Any) -> None:
    """Tells the stage trigger who moves the lead, until the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clinic.actor', %s, true)", [str(by.pk) if by else ""])
