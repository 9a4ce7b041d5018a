from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, QuerySet

from enquiries.mentions import read
from enquiries.models import Enquiry, Lead, LeadEvent, Mention
from foundation.actors import Actor
from foundation.rows import new_row


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
    event = new_event(lead, kind, text=text, by=by, enquiry=enquiry, **data)
    event.at = at or event.at
    event.save(force_insert=True)
    return event


def note_words(lead: Lead, kind: str, *, text: str, by: Actor, at: datetime | None = None, **data: Any) -> LeadEvent:
    """The same of what somebody typed; whoever of us is named in it hears of it."""
    event = note_event(lead, kind, text=text, by=by, at=at, **data)
    named = read(event.text).named
    Mention.objects.bulk_create([Mention(event=event, account=account) for account in named])
    return event


def note_beside_stage(lead: Lead, why: str, by: Actor) -> None:
    """What was typed with a move to a stage that takes no reason, or has one; a second click writes it no more."""
    code, words = Lead.Closed.read(why)
    # That they asked us to stop is said once more, in whichever words.
    data: dict[str, Any] = {"closed": code.value} if code else {}
    moved = LeadEvent.objects.filter(lead=lead, kind=LeadEvent.Kind.STAGE).aggregate(last=Max("pk"))["last"] or 0
    notes = LeadEvent.objects.filter(lead=lead, pk__gt=moved, kind=LeadEvent.Kind.NOTE, actor=by.account)
    if not notes.filter(text=words, data=data).exists():
        note_event(lead, LeadEvent.Kind.NOTE, text=words, by=by, **data)


def noted_already(lead: Lead, kind: str, *, text: str, by: Actor, page: UUID | None) -> QuerySet[LeadEvent]:
    """What an earlier click on the same page wrote in these words; call it under the lock of the lead."""
    if page is None:
        return LeadEvent.objects.none()
    written = LeadEvent.objects.filter(lead__in=lead.family(), kind=kind, actor=by.account, text=text)
    return written.filter(data__page=str(page))


def new_event(
    lead: Lead, kind: str, *, text: str = "", by: Actor, enquiry: Enquiry | None = None, **data: Any
) -> LeadEvent:
    """The line, for whoever stores several rows at once."""
    return new_row(LeadEvent, lead=lead, kind=kind, text=text, actor=by.account, enquiry=enquiry, data=data)


def act_as(by: Actor) -> None:
    """Tells the stage trigger who moves the lead, until the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('clinic.actor', %s, true)", [str(by.account.pk) if by.account else ""])
