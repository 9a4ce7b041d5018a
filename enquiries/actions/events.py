from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from enquiries.models import Enquiry, Lead, LeadEvent
from foundation.actors import Actor


def note_event(
    lead: Lead,
    kind: str,
    *,
    text: str = "",
    by: Actor,
    enquiry: Enquiry | None = None,
    at: datetime | None = None,
    **data: Any,
) -> LeadEvent:
    """Adds a line to the lead's timeline, inside the caller's transaction. at: when it was, if not just now."""
    told = {"text": text, "actor": by.account, "enquiry": enquiry, "data": data}
    return LeadEvent.objects.create(lead=lead, kind=kind, at=at or timezone.now(), **told)


def act_as(by: Actor) -> None:
    """Tells the stage trigger who moves the lead, until the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clinic.actor', %s, true)", [str(by.account.pk) if by.account else ""])
